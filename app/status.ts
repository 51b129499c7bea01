// How far a gift is, by the contract's state machine.
import {machines, type ListItem} from 'contract';

export type Status = ListItem['status'];

export const transitions: Record<Status, readonly Status[]> =
    machines.list_item_status;
export const statuses = Object.keys(transitions) as Status[];
