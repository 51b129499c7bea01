// What is shown and stays true: read by HTTP, kept by events, and read again
// whenever some may have been missed.
import {createContext} from 'preact';
import {useContext, useEffect, useRef, useState} from 'preact/hooks';
import type {RealtimeEvent, RealtimePresence} from 'contract';
import {complaint, unless, type Complaint, type Version} from './api';
import type {Connection, Socket} from './socket';

export const SocketContext = createContext<Socket>(null!);

const msPoll = 10_000;

export function useConnection(): Connection {
	const socket = useContext(SocketContext);
	const [connection, set] = useState(socket.connection);

	useEffect(() => {
		const look = () => set(socket.connection);

		look();
		return socket.watch(look);
	}, [socket]);
	return connection;
}

// What an event tells; the page makes some of its own changes.
export interface Change {
	event: RealtimeEvent['event'];
	data: Pick<RealtimeEvent['data'], 'entity_id' | 'payload'>;
}

export interface Source<T> {
	read(headers: Record<string, string>): Promise<Version<T> | null>;
	// The data after a change; null where it has to be read again.
	merge(data: T, change: Change): T | null;
	heard?(event: RealtimeEvent): void;
	present?(users: RealtimePresence['data']['users']): void;
}

export interface Live<T> {
	data: T | null;
	complaint: Complaint | null;
	change(change: Change): void;
	reload(): void;
	renew(): void; // the subscription, too
}

// Reads of one source, one at a time.  A change that comes meanwhile may be in
// what is read or not, so it is made again on that.
class Reading<T> {
	private data: T | null = null;
	private etag: string | null = null;
	private reading = false;
	private again = false;
	private meanwhile: Change[] = [];
	private stopped = false;

	constructor(private readonly source: Source<T>,
	    private readonly show: (data: T | null, why: Complaint | null) =>
	    void) {}

	stop(): void {
		this.stopped = true;
	}

	readonly reload = async (): Promise<void> => {
		this.again = true;
		if (this.reading)
			return;
		this.reading = true;
		while (this.again && !this.stopped) {
			this.again = false;
			await this.once();
		}
		this.reading = false;
	};

	private async once(): Promise<void> {
		this.meanwhile = [];
		try {
			const found = await this.source.read(
			    unless(this.etag));

			if (this.stopped)
				return;
			if (found !== null) {
				this.data = found.data;
				this.etag = found.etag;
				this.meanwhile.splice(0).forEach(this.apply);
			}
			this.show(this.data, null);
		} catch (error) {
			const why = complaint(error);

			if (why.status === 404)
				this.data = null;
			if (!this.stopped)
				this.show(this.data, why);
		}
	}

	readonly change = (change: Change): void => {
		if (this.reading)
			this.meanwhile.push(change);
		this.apply(change);
		if (this.data !== null)
			this.show(this.data, null);
	};

	private readonly apply = (change: Change): void => {
		if (this.data === null)
			return;

		const data = this.source.merge(this.data, change);

		this.etag = null;
		if (data === null)
			void this.reload();
		else
			this.data = data;
	};
}

// What is shown of a topic; another one is read anew.
export function useLive<T>(topic: string, source: Source<T>): Live<T> {
	const socket = useContext(SocketContext);
	const [shown, show] = useState<[string, T | null, Complaint | null]>(
	    [topic, null, null]);
	const reading = useRef<Reading<T>>();

	useEffect(() => {
		const now = new Reading(source,
		    (data, why) => show([topic, data, why]));
		const leave = socket.subscribe(topic, {
			ready: () => void now.reload(),
			message: (message) => {
				if (message.event === 'PRESENCE') {
					source.present?.(message.data.users);
					return;
				}
				now.change(message);
				source.heard?.(message);
			},
		});
		const timer = setInterval(() => {
			if (socket.connection !== 'live')
				void now.reload();
		}, msPoll);

		reading.current = now;
		void now.reload();
		return () => {
			clearInterval(timer);
			leave();
			now.stop();
		};
	}, [socket, topic]);

	return {
		data: shown[0] === topic ? shown[1] : null,
		complaint: shown[0] === topic ? shown[2] : null,
		change: (change) => reading.current?.change(change),
		reload: () => void reading.current?.reload(),
		renew: () => {
			socket.renew(topic);
			void reading.current?.reload();
		},
	};
}
