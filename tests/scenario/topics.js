#!/usr/bin/env node
// What the sockets of several workers are told; run it by tests/scenario/topics.
'use strict';
const assert = require('assert/strict');
const http = require('http');
const {isThere, patience, sleep, start, story, tellAll, until} =
    require('./server');
const {Socket} = require('./socket');
const {sql} = require('./story');

const port = Number(process.env.PORT);

// --- The server, and calls to it ---

let server;
const sockets = [], pages = [];

function request(method, where) {
	return new Promise((resolve, reject) => {
		const r = http.request({port, host: '127.0.0.1', method,
		    path: where, agent: false}, (answer) => {
			let text = '';

			answer.setEncoding('utf8');
			answer.on('data', (part) => { text += part; });
			answer.on('error', reject);
			answer.on('end', () => resolve({text,
			    status: answer.statusCode,
			    headers: answer.headers}));
		});

		r.on('error', reject);
		r.end();
	});
}

async function answers() {
	try {
		return (await request('GET', '/worker')).status === 200;
	} catch {
		return false;
	}
}

async function begin(workers, settings) {
	server = await start(workers, answers, settings);
}

// What a story has left open, whether it has gone well or not.
function leave() {
	for (const page of pages.splice(0))
		page.going = false;
	for (const socket of sockets.splice(0))
		socket.cut();
	sql('truncate websocket_message, websocket_worker cascade');
}

// A socket that is open, with the worker that it is of.
async function open(user = '1') {
	const socket = new Socket(port, `/ws?token=${user}`);

	sockets.push(socket);
	assert.equal(await socket.opened, 101);
	socket.worker = (await socket.next((m) => m.worker)).worker;
	return socket;
}

// One on each of two workers.
async function openTwo(users = ['1', '2']) {
	const first = await open(users[0]);
	let second;

	await until('two workers have sockets', async () => {
		const more = await Promise.all(range(0, 8).map(() =>
		    open(users[1])));

		second = more.find((s) => s.worker !== first.worker);
		for (const socket of more)
			socket === second || socket.cut();
		return second !== undefined;
	}, 20000);
	return [first, second];
}

async function subscribe(socket, topic) {
	return await socket.ask({action: 'subscribe', topic},
	    (m) => m.action === 'subscribed' && m.topic === topic);
}

async function publish(topic, fields = {}) {
	const query = new URLSearchParams({topic, ...fields});
	const answer = await request('POST', `/messages?${query}`);

	assert.equal(answer.status, 204, answer.text);
}

function numbers(socket, topic) {
	return socket.messages.filter((m) => m.topic === topic && 'text' in m)
	    .map((m) => m.number);
}

// Whether the socket answers, and so has got what was sent before.
async function settled(socket) {
	await socket.ask({action: 'ping'}, (m) => m.action === 'pong');
}

function range(first, n) {
	return Array.from({length: n}, (_, i) => first + i);
}

// --- Events ---

story('sockets of two workers get each event once and in order', async () => {
	await begin(2);
	const two = await openTwo();

	for (const socket of two) {
		await subscribe(socket, 'list:1');
		await subscribe(socket, 'list:1');
	}
	for (let i = 0; i < 10; i++) {
		await publish('list:1', {first: i * 100, n: 100, mode: 'commit'});
		await publish('list:1', {first: 5000, n: 50, mode: 'rollback'});
		await publish('list:2', {first: 9000, n: 50});
	}
	await Promise.all(range(1000, 20).map((first) =>
	    publish('list:1', {first})));
	for (const socket of two) {
		await until('all have come', () =>
		    numbers(socket, 'list:1').length >= 1020);
		const got = numbers(socket, 'list:1');

		assert.deepEqual(got.slice(0, 1000), range(0, 1000));
		assert.deepEqual(got.slice(1000).sort((a, b) => a - b),
		    range(1000, 20));
		assert.deepEqual(numbers(socket, 'list:2'), []);
	}
	// Concurrent ones have an order, too.
	assert.deepEqual(numbers(two[0], 'list:1'), numbers(two[1], 'list:1'));
});

story('events that are the same are as many events', async () => {
	await begin(1);
	const socket = await open();

	await subscribe(socket, 'a');
	await publish('a', {first: 7, step: 0, n: 3, mode: 'commit'});
	await until('all have come', () => numbers(socket, 'a').length >= 3);
	assert.deepEqual(numbers(socket, 'a'), [7, 7, 7]);
});

story('large events come in their place', async () => {
	await begin(2);
	const two = await openTwo();

	for (const socket of two)
		await subscribe(socket, 'large');
	for (const [i, size] of [10, 7600, 200000, 20, 1000000, 0, 7900].entries())
		await publish('large', {first: i * 10, n: 2, size,
		    mode: i % 2 ? 'commit' : 'single'});
	await publish('large', {first: 900, size: 300000, mode: 'rollback'});
	await publish('large', {first: 100});
	for (const socket of two) {
		await until('all have come', () =>
		    numbers(socket, 'large').length >= 15, 10000);
		assert.deepEqual(numbers(socket, 'large'),
		    [0, 1, 10, 11, 20, 21, 30, 31, 40, 41, 50, 51, 60, 61, 100]);
		assert.deepEqual(socket.messages.map((m) => m.text.length),
		    [10, 10, 7600, 7600, 200000, 200000, 20, 20, 1000000,
			1000000, 0, 0, 7900, 7900, 0]);
	}
	assert.ok(Number(sql('select count(*) from websocket_message')) >= 4);
	// One that can't be fetched any more is told to be missed.
	sql('delete from websocket_message; ' +
	    'select pg_notify(\'kontract_websocket\', E\'x r large\\n1\')');
	await two[0].next((m) => m.event === 'RESYNC');
});

story('what is no message of a topic changes nothing', async () => {
	await begin(1);
	const socket = await open();

	await subscribe(socket, 'a');
	for (const text of ['', 'x', 'x t', 'x t a', 'x t b\\nno', 'x r b\\n1',
	    'x tt a\\nno', '\\n\\n'])
		sql(`select pg_notify('kontract_websocket', E'${text}')`);
	await publish('a', {first: 1});
	await socket.next((m) => m.number === 1);
	await settled(socket);
	assert.deepEqual(socket.messages, []);
});

story('who has left a topic is not told of it', async () => {
	await begin(1);
	const socket = await open();

	for (const topic of ['a', 'b', 'c'])
		await subscribe(socket, topic);
	await socket.ask({action: 'unsubscribe', topic: 'a'},
	    (m) => m.action === 'unsubscribed' && m.topic === 'a');
	await publish('a');
	await publish('b', {first: 1});
	await socket.next((m) => m.number === 1);
	await socket.ask({action: 'unsubscribe'},
	    (m) => m.action === 'unsubscribed');
	for (const topic of ['a', 'b', 'c'])
		await publish(topic);
	await settled(socket);
	assert.deepEqual(socket.messages, []);
	// There is room for as many as before.
	for (let i = 0; i < 50; i++)
		await subscribe(socket, `topic ${i}`);
	assert.equal((await socket.ask({action: 'subscribe', topic: 'one more'},
	    (m) => m.topic === 'one more')).action, 'full');
	await subscribe(socket, 'topic 7');
});

story('what is private is for those who are trusted', async () => {
	await begin(2);
	const two = await openTwo();

	for (const socket of two)
		await subscribe(socket, 'a');
	await two[1].ask({action: 'trust', topic: 'a'}, (m) => m.topic === 'a');
	await publish('a', {first: 1, mode: 'private'});
	await publish('a', {first: 2});
	await publish('a', {first: 3, mode: 'private', size: 20000});
	await publish('a', {first: 4});
	for (const [socket, want] of [[two[0], [2, 4]], [two[1], [1, 2, 3, 4]]]) {
		await until('all have come', () =>
		    numbers(socket, 'a').includes(4));
		assert.deepEqual(numbers(socket, 'a'), want);
	}
	// Who subscribes anew is trusted anew.
	await two[1].ask({action: 'unsubscribe', topic: 'a'},
	    (m) => m.action === 'unsubscribed');
	await subscribe(two[1], 'a');
	await publish('a', {first: 5, mode: 'private'});
	await publish('a', {first: 6});
	await two[1].next((m) => m.number === 6);
	assert.ok(!numbers(two[1], 'a').includes(5));
});

// --- Messages that break the contract ---

story('a message that breaks the contract is answered with why', async () => {
	await begin(1);
	const socket = await open();
	let problem = await socket.ask({action: 'dance', topic: ''});

	assert.equal(problem.code, 'VALIDATION_ERROR');
	assert.deepEqual(problem.errors.map((e) => [e.pointer, e.keyword]),
	    [['/action', 'enum'], ['/topic', 'minLength']]);
	problem = await socket.ask('{"action":');
	assert.equal(problem.code, 'MALFORMED_JSON');
	problem = await socket.ask({action: 'subscribe', topic: 'secret'});
	assert.equal(problem.code, 'PERMISSION_DENIED');
	await publish('secret');
	await settled(socket);
	assert.deepEqual(socket.messages, []);
});

// --- Who may ---

story('who is nobody is closed with 4001', async () => {
	await begin(1);
	for (const path of ['/ws', '/ws?token=', '/ws?token=x']) {
		const socket = new Socket(port, path);

		assert.equal(await socket.opened, 101);
		assert.equal(await socket.ended, 4001);
		assert.equal(socket.reason, 'Unauthorized');
	}
	const answer = await request('GET', '/ws?token=x');

	assert.equal(answer.status, 401);
	assert.equal((await request('GET', '/ws?token=1')).status, 426);
	assert.ok(!server.log().includes('token='), 'no token is logged');
});

story('a socket ends with its token', async () => {
	await begin(1);
	const socket = await open(`1:${Math.floor(Date.now() / 1000) + 2}`);

	await subscribe(socket, 'a');
	assert.equal(await socket.ended, 4001);
	assert.equal(socket.reason, 'Unauthorized');
});

// --- Clients that are slow, and connections that break ---

story('a slow client is cut off, and nobody waits for it', async () => {
	await begin(1, {WS_QUEUE_MAX: '65536'});
	const [slow, quick] = [await open(), await open()];

	await subscribe(slow, 'a');
	await subscribe(quick, 'a');
	slow.pause();
	for (let i = 0; i < 200; i++) {
		await publish('a', {first: i, size: 100000});
		await quick.next((m) => m.number === i, 2000 * patience);
		if (server.lines('"status":101').length > 0)
			break;
	}
	slow.connection.resume();
	assert.ok([1006, 1013].includes(await slow.ended), `${slow.code}`);
	await settled(quick);
	assert.deepEqual(quick.messages, []);
});

function cutBus() {
	sql('select pg_terminate_backend(pid) from pg_stat_activity ' +
	    'where datname = current_database() and query like \'LISTEN%\'');
}

story('sockets are told when events may be lost', async () => {
	await begin(2);
	const two = await openTwo();
	const other = await open();

	for (const socket of two)
		await subscribe(socket, 'a');
	cutBus();
	for (const socket of two)
		await socket.next((m) => m.event === 'RESYNC');
	await publish('a', {first: 1});
	for (const socket of two)
		await socket.next((m) => m.number === 1);
	await settled(other);
	assert.deepEqual(other.messages, []);
});

// --- Workers and servers that die ---

// A client that does what a page does: it connects again, and subscribes.
class Page {
	constructor(topic) {
		this.topic = topic;
		this.seen = new Set();
		this.going = true;
		this.running = this.run();
		pages.push(this);
	}

	async run() {
		while (this.going) {
			try {
				this.socket = await open();
				await subscribe(this.socket, this.topic);
				await this.read();
			} catch {
				// It is over, or could not begin.
				await sleep(50);
			}
		}
	}

	async read() {
		while (this.going) {
			const m = await this.socket.next((message) =>
			    'number' in message, 60000);

			this.twice = this.twice || this.seen.has(m.number);
			this.seen.add(m.number);
		}
	}

	async stop() {
		this.going = false;
		this.socket.cut();
		await this.running;
		assert.ok(!this.twice, 'an event has come twice');
	}
}

// What is published from now on reaches all pages, sooner or later.
async function reaches(first) {
	let number = first;

	await until('all pages get what is published', async () => {
		try {
			await publish('a', {first: ++number});
			await sleep(100);
		} catch {
			return false;
		}
		return pages.every((page) => page.seen.has(number));
	}, 20000);
}

story('pages go on when workers and servers are killed', async () => {
	await begin(2);
	for (let i = 0; i < 6; i++)
		new Page('a');
	await reaches(1000);
	for (let i = 0; i < 3; i++) {
		process.kill(server.workers()[i % 2], 'SIGKILL');
		await reaches(2000 + 1000 * i);
	}
	const orphans = server.workers();

	server.kill('SIGKILL');
	await until('its workers are gone', () => !orphans.some(isThere), 10000);
	await begin(2);
	await reaches(9000);
	server.kill('SIGHUP');
	await reaches(10000);
	for (const page of [...pages])
		await page.stop();
});

// --- Presence ---

function users(topic, ids) {
	return (m) => m.topic === topic &&
	    JSON.stringify(m.users) === JSON.stringify(ids);
}

story('sockets are told who is there', async () => {
	await begin(2, {WS_PRESENCE: 'true', WS_PRESENCE_LEASE_MS: '2000'});
	const two = await openTwo(['1', '2']);

	await subscribe(two[0], 'a');
	await two[0].next(users('a', [1]));
	await subscribe(two[1], 'a');
	for (const socket of two)
		await socket.next(users('a', [1, 2]));
	// A second socket of the same user is told, too, and its end changes
	// nothing.
	const again = await open('1');

	await subscribe(again, 'a');
	await again.next(users('a', [1, 2]));
	again.close();
	await again.ended;
	await sleep(300);
	for (const socket of two)
		socket.messages.splice(0);
	await two[1].ask({action: 'unsubscribe', topic: 'a'},
	    (m) => m.action === 'unsubscribed');
	await two[0].next(users('a', [1]));
	await subscribe(two[1], 'a');
	await two[0].next(users('a', [1, 2]));
	await two[1].next(users('a', [1, 2]));
	process.kill(two[1].worker, 'SIGKILL');
	await two[0].next(users('a', [1]), 10000);
	two[0].close();
	await two[0].ended;
	await until('nobody is there', () =>
	    sql('select count(*) from websocket_presence') === '0');
});

tellAll(leave);
