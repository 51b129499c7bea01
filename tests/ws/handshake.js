#!/usr/bin/env node
// The handshake: RFC 6455, section 4; RFC 9110, section 7.8; and who may.
'use strict';
const assert = require('assert/strict');
const crypto = require('crypto');
const {CLOSE, TEXT, deflateOffer, frame, guid, key, runTests, test} =
    require('./client');

// --- What is right ---

test('4.2.2: the answer of a right handshake', async (open) => {
	const {head} = await open('/echo');

	assert.equal(head.upgrade.toLowerCase(), 'websocket');
	assert.equal(head.connection.toLowerCase(), 'upgrade');
	assert.equal(head['sec-websocket-accept'],
	    's3pPLMBiTxaQ9kYGzzhZRbK+xOo='); // of RFC 6455, section 1.3
	for (const name of ['content-length', 'transfer-encoding',
	    'content-type', 'sec-websocket-protocol',
	    'sec-websocket-extensions'])
		assert.equal(head[name], undefined, name);
	assert.match(head['x-request-id'], /^[0-9a-f-]{36}$/);
});

test('4.2.2: the key of another handshake', async (open) => {
	const own = crypto.randomBytes(16).toString('base64');
	const {head} = await open('/echo', {'Sec-WebSocket-Key': own});

	assert.equal(head['sec-websocket-accept'],
	    crypto.createHash('sha1').update(own + guid).digest('base64'));
});

const rightOnes = {
	'Upgrade in other letters': {Upgrade: 'WebSocket'},
	'Upgrade with others': {Upgrade: 'h2c, websocket'},
	'Upgrade twice': {Upgrade: ['h2c', 'websocket']},
	'Connection with others': {Connection: 'keep-alive, Upgrade'},
	'Connection twice': {Connection: ['keep-alive', 'upgrade']},
	'an Origin, where no cookie tells who calls':
	    {Origin: 'https://other.example'},
	'an unknown extension': {'Sec-WebSocket-Extensions': 'x-other; a=1'},
};

for (const [name, headers] of Object.entries(rightOnes)) {
	test(`4.2.1: ${name}`, async (open) => {
		const client = await open('/echo', headers);

		client.send(frame(TEXT, 'x'));
		await client.expect(TEXT, 'x');
		await client.close();
	});
}

test('4.1: frames right behind the handshake are not lost', async (open) => {
	const client = await open('/echo', {}, {
		behind: Buffer.concat([frame(TEXT, 'a'), frame(TEXT, 'b')])
		    .toString('latin1'),
	});

	await client.expect(TEXT, 'a');
	await client.expect(TEXT, 'b');
	await client.close();
});

// --- What is none ---

const noUpgrade = {
	'no Upgrade': {Upgrade: null},
	'another Upgrade': {Upgrade: 'h2c'},
	'no Connection': {Connection: null},
	'a Connection without it': {Connection: 'keep-alive'},
	'a version that is none of ours': {'Sec-WebSocket-Version': '8'},
	'two versions': {'Sec-WebSocket-Version': ['13', '8']},
	'no version': {'Sec-WebSocket-Version': null},
};

function expectUpgrade({head}, connection = 'Upgrade') {
	assert.equal(head.upgrade, 'websocket');
	assert.equal(head.connection, connection);
	assert.equal(head['sec-websocket-version'], '13');
}

for (const [name, headers] of Object.entries(noUpgrade)) {
	test(`4.4: ${name} is answered with 426`, async (open) => {
		const client = open.raw('/echo', headers);

		assert.equal(await client.answer(), 426);
		expectUpgrade(client);
		assert.equal(client.head['x-error-code'], 'UPGRADE_REQUIRED');
	});
}

test('7.8: HTTP/1.0 can\'t upgrade', async (open) => {
	const client = open.raw('/echo', {}, {version: '1.0'});

	assert.equal(await client.answer(), 426);
	expectUpgrade(client, 'Upgrade, close');
});

test('4.1: only GET can', async (open) => {
	assert.equal(await open.raw('/echo', {}, {method: 'HEAD'}).answer(),
	    426);
	assert.equal(await open.raw('/echo', {}, {method: 'POST'}).answer(),
	    405);
});

const badOnes = {
	'no key': {'Sec-WebSocket-Key': null},
	'a short key': {'Sec-WebSocket-Key': 'AAAA'},
	'a long key': {'Sec-WebSocket-Key': `${'A'.repeat(26)}==`},
	'a key that is no base64':
	    {'Sec-WebSocket-Key': '!!!!!!!!!!!!!!!!!!!!!!=='},
	'two keys': {'Sec-WebSocket-Key': [key, key]},
	'a protocol that is no token': {'Sec-WebSocket-Protocol': 'a b'},
	'an extension without a name':
	    {'Sec-WebSocket-Extensions': '; a=1'},
	'an extension with half a text':
	    {'Sec-WebSocket-Extensions': 'permessage-deflate; a="1'},
	'an extension with a value that is no token':
	    {'Sec-WebSocket-Extensions': 'permessage-deflate; a="1 2"'},
	'an extension with no value':
	    {'Sec-WebSocket-Extensions': 'permessage-deflate; a='},
	'an extension behind no comma':
	    {'Sec-WebSocket-Extensions': 'permessage-deflate b'},
};

for (const [name, headers] of Object.entries(badOnes)) {
	test(`4.2.1: ${name} is answered with 400`, async (open) => {
		const client = open.raw('/echo', headers);

		assert.equal(await client.answer(), 400);
	});
}

test('9110: a body is none of a handshake', async (open) => {
	const client = open.raw('/echo', {'Content-Length': '1'},
	    {behind: 'x'});

	assert.equal(await client.answer(), 415);
});

test('the handler may still answer by HTTP', async (open) => {
	const client = open.raw('/picky?room=2');

	assert.equal(await client.answer(), 404);
	await open('/picky?room=1');
});

// --- Subprotocols: section 4.2.2, 5.5 ---

const chosen = {
	'chat.v1': 'chat.v1',
	'other, chat.v1, chat.v2': 'chat.v1',
	'chat.v2,chat.v1': 'chat.v2',
	'other': undefined,
	'CHAT.V1': undefined,
};

for (const [asked, got] of Object.entries(chosen)) {
	test(`1.9: of the protocols ${asked}`, async (open) => {
		const {head} = await open('/spoken',
		    {'Sec-WebSocket-Protocol': asked});

		assert.equal(head['sec-websocket-protocol'], got);
	});
}

test('1.9: a protocol where there is none', async (open) => {
	const {head} = await open('/echo', {'Sec-WebSocket-Protocol': 'a'});

	assert.equal(head['sec-websocket-protocol'], undefined);
});

// --- Compression: RFC 7692, section 7.1 ---

const both = 'permessage-deflate; server_no_context_takeover; ' +
    'client_no_context_takeover';
const offers = {
	'permessage-deflate': both,
	[deflateOffer]: both,
	'permessage-deflate; client_max_window_bits=10': both,
	[both]: both,
	'permessage-deflate; server_max_window_bits=10':
	    `${both}; server_max_window_bits=10`,
	'permessage-deflate; server_max_window_bits="9"':
	    `${both}; server_max_window_bits=9`,
	'permessage-deflate; server_max_window_bits=8':
	    `${both}; server_max_window_bits=8`,
	'x, permessage-deflate; server_max_window_bits=7, permessage-deflate':
	    both,
	'permessage-deflate; server_max_window_bits': undefined,
	'permessage-deflate; server_max_window_bits=16': undefined,
	'permessage-deflate; server_max_window_bits=010': undefined,
	[`permessage-deflate${'; server_max_window_bits=9'.repeat(2)}`]:
	    undefined,
	'permessage-deflate; client_max_window_bits=0': undefined,
	'permessage-deflate; server_no_context_takeover=1': undefined,
	'permessage-deflate; other': undefined,
	'x-webkit-deflate-frame': undefined,
};

for (const [offer, answer] of Object.entries(offers)) {
	test(`7.1: the offer ${offer}`, async (open) => {
		const {head} = await open('/echo',
		    {'Sec-WebSocket-Extensions': offer});

		assert.equal(head['sec-websocket-extensions'], answer);
	});
}

test('7.1: offers in several headers', async (open) => {
	const {head} = await open('/echo', {
		'Sec-WebSocket-Extensions': ['x', 'permessage-deflate'],
	});

	assert.equal(head['sec-websocket-extensions'], both);
});

// --- Who may ---

test('who may not is told by a Close where the contract has a code',
    async (open) => {
	for (const path of ['/guarded', '/guarded?token=wrong']) {
		const client = await open(path);

		await client.expectClose(4001, 'Unauthorized');
		await client.expectEnd();
	}
	await (await open('/guarded?token=right')).close();
});

test('who may not and does not upgrade is told by HTTP', async (open) => {
	const client = open.raw('/guarded', {Upgrade: null});

	assert.equal(await client.answer(), 401);
});

test('who may not is told by HTTP where there is no code', async (open) => {
	assert.equal(await open.raw('/refused?token=wrong').answer(), 401);
	await (await open('/refused?token=right')).close();
});

test('10.2: a cookie counts only from an allowed origin', async (open) => {
	const Cookie = 'session=right';
	const answer = (headers) => open.raw('/cookie', {Cookie, ...headers})
	    .answer();

	assert.equal(await answer({Origin: 'https://evil.example'}), 403);
	assert.equal(await answer({Origin: 'null'}), 403);
	assert.equal(await answer({}), 403);
	assert.equal(await answer({Origin: 'http://localhost:3000'}), 101);
	assert.equal(await answer({Origin: 'http://x'}), 101); // its own
	assert.equal(await answer({'Sec-Fetch-Site': 'same-origin'}), 101);
	assert.equal(await answer({'Sec-Fetch-Site': 'cross-site',
		Origin: 'https://evil.example'}), 403);
});

test('a path that is no WebSocket does not upgrade', async (open) => {
	assert.equal(await open.raw('/guests').answer(), 200);
	assert.equal(await open.raw('/nothing').answer(), 404);
});

test('what is refused leaves the connection to other requests',
    async (open) => {
	const client = open.raw('/echo', {Upgrade: null});

	await client.answer();
	client.head = null;
	client.bytes = Buffer.alloc(0);
	client.send('GET /guests HTTP/1.1\r\nHost: x\r\n\r\n');
	assert.equal(await client.answer(), 200);
});

test('one that is closed is over', async (open) => {
	const client = await open('/echo');

	client.send(frame(CLOSE));
	await client.expectClose(null);
	client.send('GET /guests HTTP/1.1\r\nHost: x\r\n\r\n');
	await client.expectEnd();
});

runTests();
