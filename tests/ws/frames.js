#!/usr/bin/env node
// Frames, messages and their ends: RFC 6455, sections 5 to 8, after the list of
// cases that the Autobahn testsuite has of them.
'use strict';
const assert = require('assert/strict');
const crypto = require('crypto');
const {BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, closePayload, frame,
    runTests, sleep, test} = require('./client');

const PROTOCOL_ERROR = 1002, BAD_TEXT = 1007, TOO_BIG = 1009;

// An echo has to come back for each of these; what is sent is what is told.
function echoes(name, opcode, payload, ...parts) {
	test(name, async (open) => {
		const client = await open('/echo');

		client.send(...parts);
		await client.expect(opcode, payload);
		await client.close();
	});
}

// The server has to close with a code, behind nothing but pongs and echoes.
function fails(name, code, path, ...parts) {
	test(name, async (open) => {
		const client = await open(path);

		client.send(...parts);
		await client.expectClose(code);
		await client.expectEnd();
	});
}

const breaks = (name, ...parts) =>
    fails(name, PROTOCOL_ERROR, '/echo', ...parts);

// --- 5.2: lengths ---

for (const n of [0, 1, 125, 126, 127, 128, 65535, 65536, 300000]) {
	const text = 'a'.repeat(n), bytes = crypto.randomBytes(n);

	echoes(`5.2: a text of ${n} bytes`, TEXT, text, frame(TEXT, text));
	echoes(`5.2: a message of ${n} bytes`, BINARY, bytes,
	    frame(BINARY, bytes));
}

test('5.2: a frame in pieces', async (open) => {
	const client = await open('/echo');
	const bytes = crypto.randomBytes(70000);

	for (const pieces of [997, 1460, 4096, 65535]) {
		await client.sendSlowly(frame(BINARY, bytes), pieces);
		await client.expect(BINARY, bytes);
	}
	await client.sendSlowly(Buffer.concat([frame(TEXT, 'byte by byte'),
	    frame(PING, 'p'), frame(BINARY, bytes.subarray(0, 200))]));
	await client.expect(TEXT, 'byte by byte');
	await client.expect(PONG, 'p');
	await client.expect(BINARY, bytes.subarray(0, 200));
	await client.close();
});

test('5.2: many frames in one piece', async (open) => {
	const client = await open('/echo');
	const texts = Array.from({length: 1000}, (_, i) => `message ${i}`);

	client.send(...texts.map((text) => frame(TEXT, text)));
	for (const text of texts)
		await client.expect(TEXT, text);
	await client.close();
});

breaks('5.2: a length of 125 in two bytes',
    frame(TEXT, 'a'.repeat(125), {form: 2}));
breaks('5.2: a length of 65535 in eight bytes',
    frame(TEXT, 'a'.repeat(65535), {form: 8}));
breaks('5.2: a length whose first bit is set',
    Buffer.from('82ff8000000000000001', 'hex'), Buffer.alloc(5));
fails('5.2: a length of 2^63-1', TOO_BIG, '/echo',
    Buffer.from('82ff7fffffffffffffff', 'hex'), Buffer.alloc(4));

// --- 5.2: reserved bits and opcodes ---

for (const rsv of [1, 2, 3, 4, 5, 6, 7]) {
	breaks(`5.2: the reserved bits ${rsv}`, frame(TEXT, 'x', {rsv}));
	breaks(`5.2: the reserved bits ${rsv} of a ping`,
	    frame(PING, 'x', {rsv}));
}

for (const opcode of [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) {
	breaks(`5.2: the opcode ${opcode}`, frame(opcode));
	breaks(`5.2: the opcode ${opcode} with a payload`, frame(opcode, 'x'));
}

test('5.2: what came before a fault is answered', async (open) => {
	const client = await open('/echo');

	client.send(frame(TEXT, 'before'), frame(3), frame(TEXT, 'behind'));
	await client.expect(TEXT, 'before');
	await client.expectClose(PROTOCOL_ERROR);
	await client.expectEnd();
});

test('5.2: a fault is told before its frame is whole', async (open) => {
	const client = await open('/echo');

	client.send(frame(TEXT, 'x', {rsv: 2}).subarray(0, 2));
	await client.expectClose(PROTOCOL_ERROR);
	await client.expectEnd();
});

// --- 5.3: masks ---

breaks('5.1: a frame without a mask', frame(TEXT, 'x', {masked: false}));
breaks('5.1: a ping without a mask', frame(PING, 'x', {masked: false}));
echoes('5.3: a mask of zeros', TEXT, 'plain',
    frame(TEXT, 'plain', {mask: Buffer.alloc(4)}));

for (let n = 0; n < 20; n++) {
	echoes(`5.3: a mask over ${n} bytes`, BINARY, 'abcdefghijklmnopqrst'
	    .slice(0, n), frame(BINARY, 'abcdefghijklmnopqrst'.slice(0, n)));
}

// --- 5.4: fragments ---

const part = (opcode, payload) => frame(opcode, payload, {fin: false});

echoes('5.4: two fragments', TEXT, 'ab', part(TEXT, 'a'),
    frame(CONTINUATION, 'b'));
echoes('5.4: empty fragments', TEXT, 'a', part(TEXT, ''),
    part(CONTINUATION, ''), part(CONTINUATION, 'a'), frame(CONTINUATION, ''));
echoes('5.4: nothing but empty fragments', TEXT, '', part(TEXT, ''),
    part(CONTINUATION, ''), frame(CONTINUATION, ''));
echoes('5.4: a fragment of each byte', BINARY, 'a'.repeat(500),
    part(BINARY, 'a'), ...Array(498).fill(part(CONTINUATION, 'a')),
    frame(CONTINUATION, 'a'));
breaks('5.4: nothing to continue', frame(CONTINUATION, 'x'));
breaks('5.4: nothing to continue in fragments', part(CONTINUATION, 'x'));
breaks('5.4: a message inside of another', part(TEXT, 'a'),
    frame(TEXT, 'b'));
breaks('5.4: a message of another kind inside', part(TEXT, 'a'),
    frame(BINARY, 'b'));
test('5.4: a continuation behind the last one', async (open) => {
	const client = await open('/echo');

	client.send(part(TEXT, 'a'), frame(CONTINUATION, 'b'),
	    frame(CONTINUATION, 'c'));
	await client.expect(TEXT, 'ab');
	await client.expectClose(PROTOCOL_ERROR);
	await client.expectEnd();
});

test('5.4: control frames between fragments', async (open) => {
	const client = await open('/echo');

	client.send(part(TEXT, 'a'), frame(PING, '1'),
	    part(CONTINUATION, 'b'), frame(PONG, 'unasked'),
	    frame(PING, '2'), frame(CONTINUATION, 'c'));
	await client.expect(PONG, '1');
	await client.expect(PONG, '2');
	await client.expect(TEXT, 'abc');
	await client.close();
});

test('5.4: fragments that come slowly', async (open) => {
	const client = await open('/echo');

	client.send(part(BINARY, 'a'));
	await sleep(50);
	client.send(frame(PING, 'still there?'));
	await client.expect(PONG, 'still there?');
	client.send(frame(CONTINUATION, 'b'));
	await client.expect(BINARY, 'ab');
	await client.close();
});

// --- 5.5: control frames ---

for (const n of [0, 1, 125]) {
	echoes(`5.5.2: a ping of ${n} bytes`, PONG, 'p'.repeat(n),
	    frame(PING, 'p'.repeat(n)));
}

echoes('5.5.2: a ping of any bytes', PONG, Buffer.from('00ff80feff', 'hex'),
    frame(PING, Buffer.from('00ff80feff', 'hex')));
breaks('5.5: a ping of 126 bytes', frame(PING, 'p'.repeat(126)));
breaks('5.5: a ping whose length is in eight bytes',
    frame(PING, 'p'.repeat(1), {form: 8}));
breaks('5.5: a Close of 126 bytes', frame(CLOSE, closePayload(1000,
    'r'.repeat(124))));
breaks('5.5: a ping in fragments', part(PING, 'a'), frame(CONTINUATION, 'b'));
breaks('5.5: a pong in fragments', part(PONG, 'a'));
breaks('5.5: a Close in fragments', part(CLOSE, closePayload(1000)));

test('5.5.2: pings in their order', async (open) => {
	const client = await open('/echo');

	for (let i = 0; i < 10; i++)
		client.send(frame(PING, `ping ${i}`));
	for (let i = 0; i < 10; i++)
		await client.expect(PONG, `ping ${i}`);
	await client.close();
});

test('5.5.3: pongs that nobody has asked for', async (open) => {
	const client = await open('/echo');

	client.send(frame(PONG), frame(PONG, 'x'), frame(TEXT, 'y'));
	await client.expect(TEXT, 'y');
	await client.close();
});

// --- 8.1: UTF-8 ---

const wellFormed = ['Hello-µ@ßöäüàá-UTF-8!!', 'κόσμε', '\u0000', '\u007f',
    '\u0080', '\u07ff', '\u0800', '\ud7ff', '\ue000', '\ufeff', '\ufffd',
    '\uffff', '\u{10000}', '\u{10ffff}', '\u{1f600}'.repeat(100)];
const malformed = ['80', 'bf', 'c0af', 'c080', 'c1bf', 'c2', 'c220', 'e0809f',
    'e09fbf', 'e28220', 'eda080', 'edbfbf', 'f08080af', 'f08fbfbf', 'f0908041',
    'f4908080', 'f5808080', 'f8888080', 'fc8480808080', 'fe', 'ff',
    '61ff', 'cebae1bdb9cf83cebcceb5eda080656469746564'];

for (const text of wellFormed) {
	const bytes = Buffer.from(text);
	const cuts = Array.from(bytes, (b, i) =>
	    frame(i === 0 ? TEXT : CONTINUATION, bytes.subarray(i, i + 1),
	    {fin: i === bytes.length - 1}));

	echoes(`8.1: the text ${JSON.stringify(text.slice(0, 20))}`, TEXT,
	    text, frame(TEXT, text));
	echoes(`8.1: the same in fragments of a byte: ${JSON.stringify(
	    text.slice(0, 20))}`, TEXT, text, ...cuts);
}

for (const hex of malformed) {
	const bytes = Buffer.from(hex, 'hex');

	fails(`8.1: the bytes ${hex} as a text`, BAD_TEXT, '/echo',
	    frame(TEXT, bytes));
	fails(`8.1: the bytes ${hex} cut in two`, BAD_TEXT, '/echo',
	    part(TEXT, bytes.subarray(0, 1)),
	    frame(CONTINUATION, bytes.subarray(1)));
	fails(`8.1: the bytes ${hex} behind a long text`, BAD_TEXT, '/echo',
	    frame(TEXT, Buffer.concat([Buffer.alloc(1000, 'a'), bytes])));
	echoes(`8.1: the bytes ${hex} are a binary message`, BINARY, bytes,
	    frame(BINARY, bytes));
}

test('8.1: a text that can\'t become one is refused at once', async (open) => {
	for (const hex of ['ff', 'ceba80', 'f490', 'eda0', 'e080']) {
		const client = await open('/echo');
		const text = Buffer.concat([Buffer.from('begun: '),
		    Buffer.from(hex, 'hex')]);

		// A fragment that others should follow, then half a frame.
		client.send(part(TEXT, text));
		await client.expectClose(BAD_TEXT);
		const other = await open('/echo');

		other.send(frame(TEXT, text, {length: 1000}));
		await other.expectClose(BAD_TEXT);
		await other.expectEnd();
	}
});

test('8.1: half a code point may still become whole', async (open) => {
	const client = await open('/echo');

	client.send(part(TEXT, Buffer.from('f48fbf', 'hex')));
	await sleep(50);
	client.send(frame(CONTINUATION, Buffer.from('bf', 'hex')));
	await client.expect(TEXT, '\u{10ffff}');
	await client.close();
});

// --- 5.5.1 and 7: Close ---

for (const code of [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012,
    1013, 1014, 3000, 3999, 4000, 4999]) {
	test(`7.4: the code ${code} comes back`, async (open) => {
		const client = await open('/echo');

		client.send(frame(CLOSE, closePayload(code, 'reason')));
		await client.expectClose(code);
		await client.expectEnd();
	});
}

for (const code of [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999,
    5000, 65535])
	breaks(`7.4: the code ${code}`, frame(CLOSE, closePayload(code)));

breaks('5.5.1: a Close of one byte', frame(CLOSE, 'x'));
fails('5.5.1: a reason that is not UTF-8', BAD_TEXT, '/echo',
    frame(CLOSE, Buffer.concat([closePayload(1000),
    Buffer.from('cebae1bdb9eda080', 'hex')])));

test('5.5.1: a Close without a code', async (open) => {
	const client = await open('/echo');

	client.send(frame(CLOSE));
	await client.expectClose(null);
	await client.expectEnd();
});

test('5.5.1: a reason of 123 bytes', async (open) => {
	const client = await open('/echo');

	client.send(frame(CLOSE, closePayload(1000, 'r'.repeat(123))));
	await client.expectClose(1000);
	await client.expectEnd();
});

test('5.5.1: what came before a Close is answered before it', async (open) => {
	const client = await open('/echo');

	client.send(frame(TEXT, 'a'), frame(PING, 'b'),
	    frame(CLOSE, closePayload(1000)));
	await client.expect(TEXT, 'a');
	await client.expect(PONG, 'b');
	await client.expectClose(1000);
	await client.expectEnd();
});

test('5.5.1: what comes behind a Close is ignored', async (open) => {
	const client = await open('/echo');

	client.send(frame(CLOSE, closePayload(1000)), frame(TEXT, 'late'),
	    frame(PING, 'late'), frame(CLOSE, closePayload(1001)),
	    frame(3), 'no frame at all');
	await client.expectClose(1000);
	await client.expectEnd();
});

test('7.1.4: a Close inside of a message ends it', async (open) => {
	const client = await open('/echo');

	client.send(part(TEXT, 'a'), frame(CLOSE, closePayload(1001)));
	await client.expectClose(1001);
	await client.expectEnd();
});

test('7.1.1: a client that ends without a Close', async (open) => {
	const client = await open('/echo');

	client.send(frame(TEXT, 'a'));
	client.socket.end();
	await client.expect(TEXT, 'a');
	await client.until('the end', () => client.ended);
});

test('7.1.1: a client that ends its side behind its Close', async (open) => {
	const client = await open('/echo');

	client.send(frame(TEXT, 'a'), frame(CLOSE, closePayload(1000)));
	client.socket.end();
	await client.expect(TEXT, 'a');
	await client.expectClose(1000);
	await client.expectEnd();
});

// --- 10.4: limits ---

echoes('10.4: a message of 16 MiB', BINARY, Buffer.alloc(1 << 24, 7),
    frame(BINARY, Buffer.alloc(1 << 24, 7)));
fails('10.4: a message of a byte more', TOO_BIG, '/echo',
    frame(BINARY, '', {length: (1 << 24) + 1}));
fails('10.4: fragments that are a byte more', TOO_BIG, '/small',
    part(TEXT, 'a'.repeat(600)), part(CONTINUATION, 'a'.repeat(400)),
    frame(CONTINUATION, 'a'));

test('10.4: fragments that are as much as may be', async (open) => {
	const client = await open('/small');

	client.send(part(TEXT, 'a'.repeat(600)),
	    frame(CONTINUATION, 'a'.repeat(400)));
	await client.expect(TEXT, 'a'.repeat(1000));
	await client.close();
});

test('10.4: a client that sends without reading is held up', async (open) => {
	const client = await open('/echo');
	const bytes = crypto.randomBytes(100000);
	const many = 200;

	client.socket.pause();
	for (let i = 0; i < many; i++)
		client.send(frame(BINARY, bytes));
	await sleep(200);
	assert.ok(client.socket.writableLength > 0, 'all of it was taken');
	client.socket.resume();
	for (let i = 0; i < many; i++)
		await client.expect(BINARY, bytes);
	await client.close();
});

runTests();
