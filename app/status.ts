// How far a gift is, by the contract's state machine.
import {machines, type GiftStatus as Status} from 'contract';

export type {Status};

export const transitions: Record<Status, readonly Status[]> =
    machines.GiftStatus;
export const statuses = Object.keys(transitions) as Status[];
