#!/usr/bin/env node
// Compressed messages: RFC 7692, section 7.
'use strict';
const assert = require('assert/strict');
const crypto = require('crypto');
const zlib = require('zlib');
const {BINARY, CONTINUATION, PING, PONG, TEXT, deflateOffer, deflated, frame,
    inflated, runTests, test} = require('./client');

const BAD_TEXT = 1007, TOO_BIG = 1009, PROTOCOL_ERROR = 1002;
const RSV1 = 4;
const offer = (more = '') =>
    ({'Sec-WebSocket-Extensions': deflateOffer + more});
const compressed = (opcode, payload, options) =>
    frame(opcode, payload, {rsv: RSV1, ...options});
const part = (opcode, payload, options) =>
    frame(opcode, payload, {fin: false, ...options});

// What looks like a message of an application.
function sample(n) {
	let text = '';

	for (let i = 0; text.length < n; i++)
		text += JSON.stringify({id: i, name: `item ${i * 7919 % 1000}`,
			done: i % 3 === 0});
	return text.slice(0, n);
}

// The text comes back, compressed or not; answers how it did.
async function expectText(client, text, opcode = TEXT) {
	const got = await client.next();

	assert.ok(got !== null, 'the server has closed');
	assert.equal(got.opcode, opcode, got.payload.subarray(2).toString());
	assert.ok((got.rsv === RSV1 ? inflated(got.payload) : got.payload)
	    .equals(Buffer.from(text)));
	return got;
}

for (const n of [0, 1, 50, 255, 256, 1000, 65536, 1000000, 3000000]) {
	test(`7.2: a text of ${n} bytes`, async (open) => {
		const client = await open('/echo', offer());
		const text = sample(n);

		client.send(compressed(TEXT, deflated(text)));
		const got = await expectText(client, text);

		// Short ones are not worth it, and long ones take too long.
		assert.equal(got.rsv === RSV1, n >= 256 && n <= 1048576);
		if (got.rsv === RSV1)
			assert.ok(got.payload.length < n / 2);
		await client.close();
	});
}

test('6: what is not compressed is taken as well', async (open) => {
	const client = await open('/echo', offer());

	client.send(frame(TEXT, 'plain'), compressed(TEXT, deflated('x')),
	    frame(BINARY, 'plain'));
	await client.expect(TEXT, 'plain');
	await client.expect(TEXT, 'x');
	await client.expect(BINARY, 'plain');
	await client.close();
});

test('6: what can\'t be made smaller is sent as it is', async (open) => {
	const client = await open('/echo', offer());
	const bytes = crypto.randomBytes(5000);

	client.send(compressed(BINARY, deflated(bytes)));
	await client.expect(BINARY, bytes, 0);
	await client.close();
});

test('6.1: fragments of a compressed message', async (open) => {
	const client = await open('/echo', offer());
	const text = sample(5000), bytes = deflated(text);

	client.send(part(TEXT, bytes.subarray(0, 10), {rsv: RSV1}),
	    frame(PING, 'between'), part(CONTINUATION, ''),
	    part(CONTINUATION, bytes.subarray(10, 300)),
	    frame(CONTINUATION, bytes.subarray(300)));
	await client.expect(PONG, 'between');
	await expectText(client, text);
	client.send(...[...bytes].map((b, i) =>
	    frame(i === 0 ? TEXT : CONTINUATION, Buffer.from([b]), {
		rsv: i === 0 ? RSV1 : 0,
		fin: i === bytes.length - 1,
	})));
	await expectText(client, text);
	await client.close();
});

test('7: messages of two sockets, in fragments by turns', async (open) => {
	const clients = [await open('/echo', offer()),
		await open('/echo', offer())];
	const texts = [sample(3000), sample(4000).toUpperCase()];
	const bytes = texts.map((text) => deflated(text));

	for (let i = 0; i < 2; i++) {
		clients[i].send(part(TEXT, bytes[i].subarray(0, 20),
		    {rsv: RSV1}));
		clients[i].send(frame(PING));
		await clients[i].expect(PONG);
	}
	for (let i = 0; i < 2; i++)
		clients[i].send(frame(CONTINUATION, bytes[i].subarray(20)));
	for (let i = 0; i < 2; i++)
		await expectText(clients[i], texts[i]);
});

test('7.2.3: the examples of the section', async (open) => {
	const client = await open('/echo', offer());
	const examples = ['f248cdc9c90700', // one block
		'000500faff48656c6c6f00', // of no compression
		'f348cdc9c9070000', // BFINAL
		'f248050000 00ffffcac9c90700'.replace(' ', '')]; // two blocks

	for (const hex of examples) {
		client.send(compressed(TEXT, Buffer.from(hex, 'hex')));
		await client.expect(TEXT, 'Hello');
	}
	client.send(part(TEXT, Buffer.from('f248cd', 'hex'), {rsv: RSV1}),
	    frame(CONTINUATION, Buffer.from('c9c90700', 'hex')));
	await client.expect(TEXT, 'Hello');
	await client.close();
});

test('7.2.3.6: an empty message', async (open) => {
	const client = await open('/echo', offer());

	client.send(compressed(TEXT, Buffer.from([0])));
	await client.expect(TEXT, '');
	await client.close();
});

test('7.2.2: each kind of compression', async (open) => {
	const client = await open('/echo', offer());
	const text = sample(20000);

	for (const level of [0, 1, 6, 9]) {
		for (const windowBits of [9, 12, 15]) {
			client.send(compressed(TEXT,
			    deflated(text, {level, windowBits})));
			await expectText(client, text);
		}
	}
	for (const strategy of [zlib.constants.Z_FIXED,
	    zlib.constants.Z_HUFFMAN_ONLY, zlib.constants.Z_RLE]) {
		client.send(compressed(TEXT, deflated(text, {strategy})));
		await expectText(client, text);
	}
	await client.close();
});

for (const bits of [8, 9, 10, 15]) {
	test(`7.1.2.1: a window of 2^${bits} bytes`, async (open) => {
		const client = await open('/echo',
		    offer(`; server_max_window_bits=${bits}`));
		const far = crypto.randomBytes(3000).toString('base64');
		const text = sample(2000) + far + sample(2000);

		client.send(compressed(TEXT, deflated(text)));
		const got = await client.next();

		assert.equal(got.rsv === RSV1, bits > 8);
		if (got.rsv === RSV1)
			got.payload = zlib.inflateRawSync(Buffer.concat([
				got.payload, Buffer.from('0000ffff', 'hex')]), {
				windowBits: bits,
				finishFlush: zlib.constants.Z_SYNC_FLUSH,
			});
		assert.equal(got.payload.toString(), text);
		await client.close();
	});
}

test('7.1.1: no message needs what came before it', async (open) => {
	const client = await open('/echo', offer());
	const text = sample(3000);

	for (let i = 0; i < 3; i++) {
		client.send(compressed(TEXT, deflated(text)));
		await expectText(client, text); // which begins anew
	}
	await client.close();
});

// --- What must not be ---

function fails(name, code, path, ...parts) {
	test(name, async (open) => {
		const client = await open(path, offer());

		client.send(...parts);
		await client.expectClose(code);
		await client.expectEnd();
	});
}

fails('7.2.2: what is not deflated', BAD_TEXT, '/echo',
    compressed(BINARY, Buffer.from('ffffffffff', 'hex')));
fails('7.2.2: what ends in the middle of a block', BAD_TEXT, '/echo',
    compressed(BINARY, deflated(sample(5000)).subarray(0, 200)));
fails('7.2.2: what looks back behind its beginning', BAD_TEXT, '/echo',
    compressed(BINARY, deflated(sample(300),
    {dictionary: Buffer.from(sample(300))})));
fails('8.1: a compressed text that is not UTF-8', BAD_TEXT, '/echo',
    compressed(TEXT, deflated(Buffer.from('61ff', 'hex'))));
fails('8.1: a compressed text that ends in a code point', BAD_TEXT, '/echo',
    compressed(TEXT, deflated(Buffer.from('61c3', 'hex'))));
fails('6.1: a bit on a continuation', PROTOCOL_ERROR, '/echo',
    part(TEXT, deflated('a'), {rsv: RSV1}),
    frame(CONTINUATION, 'b', {rsv: RSV1}));
fails('6.1: a bit on a ping', PROTOCOL_ERROR, '/echo',
    frame(PING, deflated('a'), {rsv: RSV1}));
fails('6.1: another reserved bit', PROTOCOL_ERROR, '/echo',
    frame(TEXT, deflated('a'), {rsv: RSV1 | 2}));
fails('10.4: what is too large when it is inflated', TOO_BIG, '/small',
    compressed(TEXT, deflated('a'.repeat(1001))));
fails('10.4: a bomb', TOO_BIG, '/echo',
    compressed(BINARY, deflated(Buffer.alloc(200 << 20))));
fails('10.4: compressed bytes past any message', TOO_BIG, '/small',
    compressed(TEXT, deflated(crypto.randomBytes(5000))));

test('10.4: as much as may be, compressed or not', async (open) => {
	const client = await open('/small', offer());
	const bytes = crypto.randomBytes(1000);

	for (const data of [bytes, Buffer.alloc(1000, 'a')]) {
		client.send(compressed(BINARY, deflated(data)));
		await expectText(client, data, BINARY);
	}
	await client.close();
});

test('a broadcast is for all kinds of sockets', async (open) => {
	const kinds = [{}, offer(), offer('; server_max_window_bits=9'),
		offer('; server_max_window_bits=8'), offer(), {}];
	const clients = await Promise.all(kinds.map((headers) =>
	    open('/room', headers)));
	const text = `kinds ${sample(5000)}`;

	clients[0].send(frame(TEXT, text));
	const got = await Promise.all(clients.map(async (client) => {
		// Those of other tests are in the same room.
		for (;;) {
			const f = await client.next();
			const data = f.rsv === RSV1 ? inflated(f.payload) :
			    f.payload;

			if (data.toString().startsWith('kinds '))
				return {rsv: f.rsv, text: data.toString()};
		}
	}));

	for (const one of got)
		assert.equal(one.text, text);
	assert.deepEqual(got.map(({rsv}) => rsv === RSV1),
	    [false, true, true, false, true, false]);
});

runTests();
