#!/usr/bin/env node
// Requests that a server sends, to a receiver that is not always a good one;
// run it by tests/scenario/outbound.
'use strict';
const assert = require('assert/strict');
const fs = require('fs');
const http = require('http');
const https = require('https');
const net = require('net');
const {story, tellAll} = require('./story');

const base = new URL(process.env.BASE_URL);
const tls = process.argv[2];
const requests = [];

// --- The receiver ---

function json(res, status, value, headers = {}) {
	res.writeHead(status, {'Content-Type': 'application/json', ...headers});
	res.end(JSON.stringify(value));
}

// What it does depends on the path.
const ways = {
	good: (res) => json(res, 200, {count: 3}, {'X-Left': '4'}),
	empty: (res) => res.writeHead(204).end(),
	wrong: (res) => json(res, 200, {count: -1}),
	badHeader: (res) => json(res, 200, {count: 1}, {'X-Left': 'many'}),
	broken: (res) => res.writeHead(200,
	    {'Content-Type': 'application/json'}).end('{"count":'),
	text: (res) => res.writeHead(200,
	    {'Content-Type': 'text/plain'}).end('ok'),
	undeclared: (res) => json(res, 500, {}),
	redirect: (res) => res.writeHead(302, {Location: '/good'}).end(),
	inside: (res) => res.writeHead(302,
	    {Location: 'http://169.254.169.254/'}).end(),
	huge: (res) => json(res, 200, {count: 1, more: 'x'.repeat(100000)}),
	slow: () => {},
	drip: (res) => {
		const timer = setInterval(() => res.write(' '), 20);

		res.writeHead(200, {'Content-Type': 'application/json'});
		res.on('close', () => clearInterval(timer));
	},
	cut: (res) => {
		res.writeHead(200, {'Content-Length': 100});
		res.write('{');
		setTimeout(() => res.destroy(), 20);
	},
	close: (res) => res.destroy(),
};

function receive(req, res) {
	let body = '';

	req.setEncoding('utf8');
	req.on('data', (part) => { body += part; });
	req.on('end', () => {
		requests.push({method: req.method, url: req.url,
		    headers: req.headers, body});
		ways[/^\/(\w+)/.exec(req.url)[1]](res);
	});
}

// Resolves with the port.
function listen(server, host = '127.0.0.1') {
	return new Promise((resolve) => {
		server.listen(0, host, () => {
			server.unref();
			resolve(server.address().port);
		});
	});
}

function secure(name) {
	return https.createServer({
		key: fs.readFileSync(`${tls}/${name}.key`),
		cert: fs.readFileSync(`${tls}/${name}.pem`),
	}, receive);
}

// --- The server under test ---

function call(method, path, body) {
	return new Promise((resolve, reject) => {
		const req = http.request({
			host: base.hostname,
			port: base.port,
			agent: false,
			method,
			path,
			headers: body === undefined ? {} :
			    {'Content-Type': 'application/json'},
		}, (res) => {
			let text = '';

			res.on('data', (part) => { text += part; });
			res.on('end', () => resolve({status: res.statusCode,
			    headers: res.headers, text}));
		});

		req.on('error', reject);
		req.end(body === undefined ? body : JSON.stringify(body));
	});
}

// What came of a webhook to this URL.
async function notify(url, more = {}) {
	const answer = await call('POST', '/notices', {url, ...more});

	assert.equal(answer.status, 200, answer.text);
	return JSON.parse(answer.text);
}

async function notified(way, result, status = 0) {
	const outcome = await notify(`${receiver}/${way}`);

	assert.equal(outcome.result, result, `${way}: ${outcome.why}`);
	assert.equal(outcome.status, status, way);
	return outcome;
}

let receiver;

story('a webhook arrives, and its answer is read', async () => {
	requests.length = 0;
	const outcome = await notify(`${receiver}/good?a=b`,
	    {token: 'Bearer s3cret-s3cret'});

	assert.deepEqual(outcome, {result: 'ok', status: 200, count: 3});
	assert.equal(requests.length, 1);
	const {method, url, headers, body} = requests[0];

	assert.equal(method, 'POST');
	assert.equal(url, '/good?a=b');
	assert.equal(headers['content-type'], 'application/json');
	assert.equal(headers.accept, 'application/json');
	assert.equal(headers.authorization, 'Bearer s3cret-s3cret');
	assert.equal(headers.host, new URL(receiver).host);
	// The id is readOnly, and part of what the server tells.
	assert.deepEqual(JSON.parse(body), {id: 1, text: 'hello'});
});

story('a callback goes where the call says', async () => {
	requests.length = 0;
	const answer = await call('POST', '/subscriptions',
	    {sink: `${receiver}/good`});

	assert.equal(answer.status, 201, answer.text);
	assert.equal(answer.headers.location, '/subscriptions/7');
	assert.deepEqual(JSON.parse(answer.text),
	    {result: 'ok', status: 200, count: 3});
	const {url, headers, body} = requests[0];
	const filter = 'filter%5Bfrom%5D=3&filter%5Bname%5D=x%26y';

	assert.equal(url, '/good/events/.a%20b,c?at=%2Fsubscriptions%2F7' +
	    `&status=201&${filter}`);
	assert.equal(headers['x-kinds'], 'new,old');
	assert.equal(headers.cookie, 'session=abc');
	assert.equal(headers.authorization, 'Bearer t');
	assert.deepEqual(JSON.parse(body), {id: 7, text: 'subscribed'});
});

story('any declared answer is one', async () => {
	const {text} = await call('POST', '/subscriptions',
	    {sink: `${receiver}/empty`});

	assert.deepEqual(JSON.parse(text), {result: 'ok', status: 204});
	const bad = await call('POST', '/subscriptions',
	    {sink: `${receiver}/badHeader`});

	assert.equal(JSON.parse(bad.text).result, 'bad answer');
	assert.match(JSON.parse(bad.text).why, /X-Left: type/);
});

story('an answer that breaks the contract is told', async () => {
	const {why} = await notified('wrong', 'bad answer', 200);

	assert.match(why, /"\/count": minimum/);
	await notified('broken', 'bad answer', 200);
	await notified('text', 'bad answer', 200);
	await notified('undeclared', 'bad answer', 500);
	await notified('redirect', 'bad answer', 302);
	await notified('inside', 'bad answer', 302);
});

story('what is no answer is told', async () => {
	await notified('huge', 'too large');
	await notified('cut', 'bad answer');
	await notified('close', 'bad answer');
});

story('nobody waits longer than the setting says', async () => {
	for (const way of ['slow', 'drip']) {
		const began = Date.now();

		await notified(way, 'timeout');
		assert.ok(Date.now() - began < 5000);
	}
});

story('nobody listens, or has a name', async () => {
	assert.equal((await notify('http://127.0.0.1:1/')).result,
	    'unreachable');
	assert.equal((await notify('http://name.invalid/')).result,
	    'unreachable');
});

story('a name is resolved', async () => {
	const url = receiver.replace('127.0.0.1', 'localhost');

	assert.equal((await notify(`${url}/good`)).result, 'ok');
});

story('addresses of the inside are refused', async () => {
	for (const host of ['127.0.0.2', '10.0.0.1', '169.254.169.254',
	    '192.168.1.1', '[fd00::1]', '0.0.0.0', '2130706434', '0x7f.2',
	    '[::ffff:127.0.0.2]'])
		assert.equal((await notify(`http://${host}/`)).result,
		    'refused', host);
});

story('what is no URL is not asked', async () => {
	for (const url of ['', '/good', 'file:///etc/passwd',
	    'ftp://127.0.0.1/', 'http://user:pass@127.0.0.1/', 'http://a b/',
	    'http://127.0.0.1/\r\nX: y', 'gopher://127.0.0.1/'])
		assert.equal((await notify(url)).result, 'bad url', url);
	const {text} = await call('POST', '/subscriptions', {sink: 'nowhere'});

	assert.equal(JSON.parse(text).result, 'bad url');
});

story('what breaks the contract is not sent', async () => {
	requests.length = 0;
	const outcome = await notify(`${receiver}/good`, {text: ''});

	assert.equal(outcome.result, 'bad request');
	assert.match(outcome.why, /"\/text": minLength/);
	assert.equal((await notify(`${receiver}/good`,
	    {token: 'a\r\nX-Evil: b'})).result, 'bad request');
	assert.equal(requests.length, 0);
});

story('certificates are verified', async () => {
	const known = await listen(secure('known'));
	const unknown = await listen(secure('unknown'));
	const other = await listen(secure('other'));

	assert.equal((await notify(`https://localhost:${known}/good`)).result,
	    'ok');
	assert.equal((await notify(`https://localhost:${unknown}/good`)).result,
	    'unreachable');
	// Trusted, but of another name.
	assert.equal((await notify(`https://localhost:${other}/good`)).result,
	    'unreachable');
});

story('the worker is free while requests are under way', async () => {
	const slow = Array.from({length: 3}, () => notify(`${receiver}/slow`));
	let slowest = 0;

	for (let i = 0; i < 50; i++) {
		const began = Date.now();

		assert.equal((await call('GET', '/ping')).status, 204);
		slowest = Math.max(slowest, Date.now() - began);
	}
	assert.ok(slowest < 500, `${slowest} ms`);
	for (const outcome of await Promise.all(slow))
		assert.equal(outcome.result, 'timeout');
});

story('a client that goes takes its request along', async () => {
	const body = JSON.stringify({url: `${receiver}/drip`});

	for (let i = 0; i < 8; i++) {
		const socket = net.connect(base.port, base.hostname);

		socket.on('error', () => {});
		socket.write('POST /notices HTTP/1.1\r\nHost: x\r\n' +
		    'Content-Type: application/json\r\n' +
		    `Content-Length: ${body.length}\r\n\r\n${body}`);
		await new Promise((resolve) => setTimeout(resolve, 50));
		socket.destroy();
	}
	assert.equal((await notify(`${receiver}/good`)).result, 'ok');
});

story('an origin that fails is left alone, and asked again', async () => {
	let left = 20, requests = 0;
	const port = await listen(http.createServer((req, res) => {
		requests++;
		res.writeHead(left-- > 0 ? 500 : 200,
		    {'Content-Type': 'application/json'}).end('{"count":1}');
	}));
	const url = `http://127.0.0.1:${port}/`;

	for (let i = 0; i < 20; i++)
		assert.equal((await notify(url)).status, 500);
	assert.equal((await notify(url)).result, 'breaker open');
	assert.equal(requests, 20);
	await new Promise((resolve) => setTimeout(resolve, 600));
	assert.equal((await notify(url)).result, 'ok');
	assert.equal((await notify(url)).result, 'ok');
});

story('a webhook that may be repeated is, after what passes', async () => {
	let requests = 0;
	const port = await listen(http.createServer((req, res) => {
		res.writeHead(++requests < 3 ? 503 : 200,
		    {'Content-Type': 'application/json'}).end('{"count":1}');
	}));

	assert.equal((await notify(`http://127.0.0.1:${port}/`)).result, 'ok');
	assert.equal(requests, 3);
});

story('connections are kept', async () => {
	let connections = 0;
	const server = http.createServer(receive);

	server.on('connection', () => { connections++; });
	const port = await listen(server);

	for (let i = 0; i < 20; i++)
		assert.equal((await notify(`http://127.0.0.1:${port}/good`))
		    .result, 'ok');
	assert.equal(connections, 1);
});

story('many at once', async () => {
	const all = Array.from({length: 50},
	    () => notify(`${receiver}/good`));

	for (const outcome of await Promise.all(all))
		assert.equal(outcome.result, 'ok');
});

listen(http.createServer(receive)).then((port) => {
	receiver = `http://127.0.0.1:${port}`;
	return tellAll();
});
