#!/usr/bin/env node
// Handlers that wait for several things at once, and clients that leave them; run
// it by tests/scenario/run async.
'use strict';
const assert = require('assert/strict');
const fs = require('fs');
const http = require('http');
const net = require('net');
const {sql, story, tellAll} = require('./story');

const base = new URL(process.env.BASE_URL);

function pause(ms) {
	return new Promise((resolve) => setTimeout(resolve, ms));
}

// The answer, and how many milliseconds it took.
function call(method, path) {
	const began = Date.now();

	return new Promise((resolve, reject) => {
		const req = http.request({host: base.hostname, port: base.port,
		    agent: false, method, path}, (res) => {
			let text = '';

			res.on('data', (part) => { text += part; });
			res.on('end', () => resolve({status: res.statusCode,
			    text, ms: Date.now() - began}));
		});

		req.on('error', reject);
		req.end();
	});
}

// A client that leaves after so many milliseconds, and leaves no doubt: one that
// only ends its side might still read.
async function leave(method, path, ms) {
	const socket = net.connect(base.port, base.hostname);

	socket.on('error', () => {});
	socket.write(`${method} ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
	await pause(ms);
	socket.resetAndDestroy();
}

// Another server, which says after so many milliseconds that it is fine.
function weather(ms, status = 200) {
	const seen = {requests: 0, left: 0};
	const server = http.createServer((req, res) => {
		const timer = setTimeout(() =>
		    res.writeHead(status).end('fine'), ms);

		seen.requests++;
		res.on('close', () => {
			clearTimeout(timer);
			if (!res.writableEnded)
				seen.left++;
		});
	});

	return new Promise((resolve) => {
		server.listen(0, '127.0.0.1', () => {
			server.unref();
			seen.url = `http://127.0.0.1:${server.address().port}/`;
			resolve(seen);
		});
	});
}

function overview(server, seconds) {
	return '/overview?weather=' + encodeURIComponent(server.url) +
	    `&seconds=${seconds}`;
}

function notes() {
	return sql('SELECT text FROM notes ORDER BY text').split('\n')
	    .filter((text) => text !== '');
}

// As often as it takes, for five seconds.
async function until(holds) {
	for (let i = 0; i < 100 && !holds(); i++)
		await pause(50);
	assert.ok(holds());
}

story('a call sleeps, and the worker does not', async () => {
	const many = Array.from({length: 50},
	    () => call('GET', '/sleep?ms=400'));

	assert.ok((await call('GET', '/sleep?ms=0')).ms < 300);
	for (const {status, ms} of await Promise.all(many)) {
		assert.equal(status, 204);
		assert.ok(ms >= 399 && ms < 1500, `${ms} ms`);
	}
});

story('three at once take the time of the slowest', async () => {
	const server = await weather(500);
	const answer = await call('GET', overview(server, 0.6));

	assert.equal(answer.status, 200, answer.text);
	assert.deepEqual(JSON.parse(answer.text),
	    {orders: 7, messages: 7, weather: 'fine'});
	// One after the other they would take 1.4 seconds.
	assert.ok(answer.ms >= 600 && answer.ms < 1200, `${answer.ms} ms`);
});

story('one of three that fails is the reason of the call', async () => {
	const server = await weather(0, 404);
	const answer = await call('GET', overview(server, 0.1));

	assert.equal(answer.status, 503, answer.text);
});

story('a client that leaves takes all of its call along', async () => {
	const server = await weather(5000);

	await leave('GET', overview(server, 5), 200);
	await until(() => server.left === 1);
	assert.equal(server.requests, 1);
	assert.equal((await call('GET', '/sleep?ms=0')).status, 204);
});

story('a call whose time is up is answered', async () => {
	const answer = await call('GET', '/sleep?ms=20000');

	assert.equal(answer.status, 503);
	assert.ok(answer.ms >= 2000 && answer.ms < 3500, `${answer.ms} ms`);
});

story('a write goes on without its client where it is detached', async () => {
	sql('CREATE TABLE IF NOT EXISTS notes (text text); TRUNCATE notes');
	await leave('PUT', '/notes?text=lost', 100);
	await leave('PUT', '/notes?text=kept&detached=true', 100);
	await until(() => notes().length > 0);
	await pause(300);
	assert.deepEqual(notes(), ['kept']);
	assert.equal((await call('PUT', '/notes?text=seen&detached=true'))
	    .status, 204);
	assert.deepEqual(notes(), ['kept', 'seen']);
});

story('even a write that is detached has a deadline', async () => {
	sql('TRUNCATE notes');
	await leave('PUT', '/notes?text=late&detached=true&ms=3000', 100);
	await pause(3300);
	assert.deepEqual(notes(), []);
});

story('many that are detached leave nothing behind', async () => {
	sql('TRUNCATE notes');
	await Promise.all(Array.from({length: 40}, (_, i) =>
	    leave('PUT', `/notes?text=${i}&detached=true`, 50)));
	await until(() => notes().length === 40);
});

story('what is committed is told, even without the client', async () => {
	sql('TRUNCATE notes');
	sql('CREATE OR REPLACE FUNCTION take_time() RETURNS trigger LANGUAGE ' +
	    "plpgsql AS 'BEGIN PERFORM pg_sleep(0.4); RETURN NULL; END'");
	sql('CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON notes DEFERRABLE ' +
	    "INITIALLY DEFERRED FOR EACH ROW WHEN (new.text = 'kept') " +
	    'EXECUTE FUNCTION take_time()');
	await leave('POST', '/notes?text=kept', 150);
	await until(() => notes().length > 1);
	await pause(100);
	assert.deepEqual(notes(), ['kept', 'kept is told']);
	sql('DROP TRIGGER slow ON notes');
});

story('a server that stops waits for a write that is detached', async () => {
	sql('TRUNCATE notes');
	await leave('PUT', '/notes?text=last&detached=true&ms=1200', 100);
	process.kill(process.env.SERVER_PID, 'SIGTERM');
	await until(() => notes().length === 1);
	await until(() => !fs.existsSync(`/proc/${process.env.SERVER_PID}/fd`));
	assert.match(fs.readFileSync(process.env.SERVER_LOG, 'utf8'),
	    /"status":499.*the client has gone before its answer 204/);
});

tellAll();
