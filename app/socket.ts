// The socket of /ws: one for the page, whatever it shows.
import type {RealtimeCommand, RealtimeEvent, RealtimeMessage,
    RealtimePresence} from 'contract';

export type Connection = 'connecting' | 'live' | 'waiting';

export interface Listener {
	// From now on nothing is missed: whoever reads now knows all.
	ready(): void;
	message(message: RealtimeEvent | RealtimePresence): void;
}

const secondsMax = 30;
const msPing = 25_000;
const msPatience = 10_000;

// 1, 2, 4 and at most 30 seconds, of which up to a half is left to chance:
// the pages of a server that was gone do not come back all at once.
export function delay(attempt: number): number {
	const seconds = Math.min(secondsMax, 2 ** attempt);

	return seconds * 1000 * (1 - Math.random() / 2);
}

export class Socket {
	connection: Connection = 'connecting';
	retryAt = 0;
	private socket: WebSocket | null = null;
	private readonly listeners = new Map<string, Set<Listener>>();
	private readonly watchers = new Set<() => void>();
	private attempt = 0;
	private timer = 0;

	// `signedOut` is called where the session is over.
	constructor(private readonly signedOut: () => void) {
		addEventListener('online', this.hurry);
		document.addEventListener('visibilitychange', this.hurry);
		this.connect();
	}

	close(): void {
		removeEventListener('online', this.hurry);
		document.removeEventListener('visibilitychange', this.hurry);
		this.drop();
	}

	// Calls the function whenever the connection changes.
	watch(watcher: () => void): () => void {
		this.watchers.add(watcher);
		return () => this.watchers.delete(watcher);
	}

	subscribe(topic: string, listener: Listener): () => void {
		const listeners = this.listeners.get(topic) ?? new Set();

		this.listeners.set(topic, listeners.add(listener));
		this.renew(topic);
		return () => {
			listeners.delete(listener);
			if (listeners.size > 0)
				return;
			this.listeners.delete(topic);
			this.send({action: 'unsubscribe', topic});
		};
	}

	// Asks for a topic once more, which the server may have ended.
	renew(topic: string): void {
		this.send({action: 'subscribe', topic});
	}

	private readonly hurry = () => {
		if (this.connection === 'waiting' && !document.hidden)
			this.connect();
	};

	private set(connection: Connection): void {
		this.connection = connection;
		for (const watcher of this.watchers)
			watcher();
	}

	private connect(): void {
		const socket = new WebSocket(
		    `${location.origin.replace(/^http/, 'ws')}/ws`);

		this.drop();
		this.socket = socket;
		this.set('connecting');
		this.timer = setTimeout(() => this.lost(), msPatience);
		socket.onopen = () => this.opened();
		socket.onmessage = ({data}) => this.received(JSON.parse(data));
		socket.onclose = ({code}) => code === 4001 ?
		    this.signedOut() : this.lost();
	}

	// Forgets the socket without a word of it: one whose other end has
	// gone may take minutes to close.
	private drop(): void {
		clearTimeout(this.timer);
		if (this.socket === null)
			return;
		this.socket.onopen = this.socket.onmessage =
		    this.socket.onclose = null;
		this.socket.close();
		this.socket = null;
	}

	private lost(): void {
		const ms = delay(this.attempt++);

		this.drop();
		this.retryAt = Date.now() + ms;
		this.timer = setTimeout(() => this.connect(), ms);
		this.set('waiting');
	}

	private opened(): void {
		this.attempt = 0;
		this.set('live');
		for (const topic of this.listeners.keys())
			this.renew(topic);
		this.rest();
	}

	// A page is not told that the other end is gone, so it asks.
	private rest(): void {
		clearTimeout(this.timer);
		this.timer = setTimeout(() => {
			this.send({action: 'ping'});
			this.timer = setTimeout(() => this.lost(), msPatience);
		}, msPing);
	}

	private send(command: RealtimeCommand): void {
		if (this.connection === 'live')
			this.socket?.send(JSON.stringify(command));
	}

	private received(message: RealtimeMessage): void {
		this.rest();
		if ('action' in message) {
			if (message.action === 'subscribed')
				this.tell(message.topic, (l) => l.ready());
		} else if ('event' in message) {
			if (message.event === 'RESYNC')
				this.tellAll((l) => l.ready());
			else
				this.tell(message.topic,
				    (l) => l.message(message));
		}
		// Else it is why a topic was refused, and so is what is read
		// of it.
	}

	private tell(topic = '', say: (listener: Listener) => void): void {
		for (const listener of this.listeners.get(topic) ?? [])
			say(listener);
	}

	private tellAll(say: (listener: Listener) => void): void {
		for (const topic of this.listeners.keys())
			this.tell(topic, say);
	}
}
