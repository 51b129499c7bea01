// Gifts that are made from the pages of a shop, which is not always a good one.
'use strict';
const assert = require('assert/strict');
const http = require('http');
const net = require('net');
const zlib = require('zlib');
const {story} = require('./story');
const {api, expect, user} = require('./client');

const {token} = user;
const requests = [];

// --- The shop ---

const openGraph = '<!doctype html><html><head><title>Shop</title>' +
    '<meta property="og:title" content="Puzzle &amp; box">' +
    '<meta property="og:image" content="/box.jpg">' +
    '<meta property="og:site_name" content="Shop of puzzles">' +
    '<meta property="product:price:amount" content="1.299,50">' +
    '<meta property="product:price:currency" content="EUR">' +
    '</head><body><h1>Puzzle box</h1>';
const ld = (value) => '<title>Shop</title><script type="application/ld+json">' +
    `${JSON.stringify(value)}</script>`;
const product = {'@context': 'https://schema.org', '@type': 'Product',
	name: 'Chess set', image: ['a.jpg', 'b.jpg'],
	offers: {'@type': 'Offer', price: 49.9, priceCurrency: 'USD'}};

function html(body, type = 'text/html; charset=utf-8', headers = {}) {
	return (req, res) => res.writeHead(200, {'Content-Type': type,
	    ...headers}).end(body);
}

function packed(body) {
	return html(zlib.gzipSync(body), 'text/html', {'Content-Encoding':
	    'gzip'});
}

function redirect(to, status = 302) {
	return (req, res) => res.writeHead(status, {Location:
	    typeof to === 'function' ? to() : to}).end('moved');
}

function drip(req, res) {
	const timer = setInterval(() => res.write(' '.repeat(100)), 100);

	res.writeHead(200, {'Content-Type': 'text/html'});
	res.on('close', () => clearInterval(timer));
}

const shop = http.createServer((req, res) => {
	requests.push({url: req.url, headers: req.headers});
	(pages[req.url] ?? ((q, r) => r.writeHead(404).end()))(req, res);
});
const port = () => shop.address().port;
const pages = {
	'/og': html(openGraph),
	'/ld': html(ld(product)),
	'/graph': html(ld({'@graph': [{'@type': 'WebPage'}, {...product,
	    offers: [{price: '49.90', priceCurrency: 'USD'}]}]})),
	'/array': html(ld([{'@type': 'Organization', name: 'x'}, {...product,
	    '@type': ['Product'], offers: {lowPrice: '49,90',
	    priceCurrency: 'usd'}}])),
	'/title': html('<title>\n Lamp\n</title>'),
	'/broken': html('</p><b><title>Lamp</title><table><meta property=' +
	    "'og:image' content='lamp.jpg'><p <b> <!-- "),
	'/nothing': html('<p>Hello'),
	'/empty': html(''),
	'/hostile': html('<title>a\u202eb&#7;\u0085c' + 'x'.repeat(300) +
	    '</title><meta property="og:image" content="javascript:alert(1)">' +
	    '<meta property="og:price:amount" content="99999999999999">' +
	    '<meta property="og:site_name" content="\u0000\u200b">'),
	'/latin1': html(Buffer.from('<title>Z\xfcrich</title>', 'latin1'),
	    'text/html; charset=ISO-8859-1'),
	'/sjis': html(Buffer.from('<meta charset="shift_jis"><title>\x83p' +
	    '\x83Y\x83\x8b</title>', 'latin1'), 'text/html'),
	'/utf16': html(Buffer.from('\ufeff<title>Z\xfcrich</title>',
	    'utf16le'), 'text/html'),
	'/gzip': packed(openGraph),
	'/bomb': packed(Buffer.alloc(100e6)),
	'/bombs': packed(zlib.gzipSync(Buffer.alloc(100e6))),
	'/brotli': html(openGraph, 'text/html', {'Content-Encoding': 'br'}),
	'/cutgzip': html(zlib.gzipSync(openGraph).subarray(0, 50), 'text/html',
	    {'Content-Encoding': 'gzip'}),
	'/large': html(openGraph + ' '.repeat(2 * 1024 * 1024 - 1000)),
	'/huge': html(openGraph + ' '.repeat(2 * 1024 * 1024)),
	'/deep': html('<title>Lamp</title>' + '<b>'.repeat(300000)),
	'/plain': html(openGraph, 'text/plain'),
	'/json': html('{}', 'application/json'),
	'/image': html(openGraph, 'image/png'),
	'/untyped': (req, res) => res.end(openGraph),
	'/500': (req, res) => res.writeHead(500).end(openGraph),
	'/204': (req, res) => res.writeHead(204).end(),
	'/206': (req, res) => res.writeHead(206, {'Content-Type': 'text/html'})
	    .end(openGraph),
	'/hop1': redirect('/og'),
	'/hop2': redirect('hop1', 301),
	'/hop3': redirect(() => `http://127.0.0.1:${port()}/hop2`, 307),
	'/hop4': redirect('/hop3'),
	'/loop': redirect('/loop'),
	'/aside': redirect('/og?x=1#y', 308),
	'/og?x=1': html(openGraph),
	'/close': (req, res) => res.destroy(),
	'/cut': (req, res) => {
		res.writeHead(200, {'Content-Type': 'text/html',
			'Content-Length': 1000});
		res.write(openGraph, () => res.destroy());
	},
	'/slow': () => {},
	'/drip': drip,
};

// Everything in it is where the server must not go.
const inside = net.createServer((socket) => {
	requests.push({url: 'inside'});
	socket.end();
});

function listen(server, host) {
	return new Promise((resolve) => {
		server.listen(0, host, () => {
			server.unref();
			resolve();
		});
	});
}

const begun = Promise.all([listen(shop, '127.0.0.1'),
    listen(inside, '127.0.0.2')]);

// --- Stories ---

// Makes a gift of a page of the shop, or of any URL, and more that is said.
async function make(path, more = {}) {
	await begun;
	return expect(await api('POST', '/gifts', {token, body: {
		url: path.startsWith('/') ? `http://127.0.0.1:${port()}${path}` :
		    path, ...more}}), 201).json;
}

async function holdsFailed(path, error, name = '127.0.0.1') {
	const gift = await make(path);

	assert.deepEqual([gift.parse_status, gift.parse_error, gift.name,
	    gift.price, gift.image_url, gift.source],
	    ['failed', error, name, null, null, null], path);
}

story('a page tells of its product', async () => {
	const gift = await make('/og#size-m');

	assert.equal(gift.name, 'Puzzle & box');
	assert.equal(gift.image_url, `http://127.0.0.1:${port()}/box.jpg`);
	assert.equal(gift.source, 'Shop of puzzles');
	assert.equal(gift.price, 1299.5);
	assert.equal(gift.currency, 'EUR');
	assert.equal(gift.parse_status, 'parsed');
	assert.equal(gift.parse_error, null);
	assert.equal(gift.url, `http://127.0.0.1:${port()}/og#size-m`);
	assert.equal(requests.at(-1).headers.authorization, undefined);
	assert.deepEqual((await api('GET', `/gifts/${gift.id}`, {token})).json,
	    gift);

	for (const path of ['/ld', '/graph', '/array']) {
		const {name, price, currency, image_url, source} =
		    await make(path);

		assert.deepEqual({name, price, currency, image_url, source}, {
			name: 'Chess set', price: 49.9, currency: 'USD',
			image_url: `http://127.0.0.1:${port()}/a.jpg`,
			source: '127.0.0.1',
		}, path);
	}
});

story('what is said of a gift counts more than its page', async () => {
	const gift = await make('/og', {name: 'Mine', price: 5, image_url: null,
	    tags: ['a']});

	assert.deepEqual([gift.name, gift.price, gift.currency, gift.image_url,
	    gift.source, gift.tags, gift.parse_status], ['Mine', 5, 'EUR', null,
	    'Shop of puzzles', ['a'], 'parsed']);
	assert.equal((await make('/500', {name: 'Mine'})).name, 'Mine');

	const path = `/gifts/${gift.id}`;
	const change = async (url) => expect(await api('PUT', path, {token,
	    body: {url}}), 200).json.parse_status;

	assert.equal(await change(gift.url), 'parsed');
	assert.equal(await change('https://shop.example/other'), 'none');
});

story('pages that say little, or what is not true', async () => {
	assert.equal((await make('/title')).name, 'Lamp');
	assert.equal((await make('/deep')).name, 'Lamp');
	assert.equal((await make('/broken')).name, 'Lamp');
	assert.equal((await make('/broken')).image_url,
	    `http://127.0.0.1:${port()}/lamp.jpg`);
	await holdsFailed('/nothing', 'no_product');
	await holdsFailed('/empty', 'no_product');

	const gift = await make('/hostile');

	assert.equal(gift.name, `ab c${'x'.repeat(251)}`);
	assert.deepEqual([gift.image_url, gift.price, gift.source],
	    [null, null, '127.0.0.1']);
});

story('pages in any charset', async () => {
	for (const path of ['/latin1', '/utf16'])
		assert.equal((await make(path)).name, 'Z\xfcrich', path);
	assert.equal((await make('/sjis')).name, '\u30d1\u30ba\u30eb');
});

story('pages that are packed', async () => {
	assert.equal((await make('/gzip')).name, 'Puzzle & box');
	await holdsFailed('/bomb', 'too_large');
	await holdsFailed('/brotli', 'unreachable');
	await holdsFailed('/cutgzip', 'no_product');
	assert.equal((await make('/bombs')).parse_status, 'failed');
});

story('answers that are no page', async () => {
	assert.equal((await make('/large')).parse_status, 'parsed');
	await holdsFailed('/huge', 'too_large');
	for (const path of ['/plain', '/json', '/image', '/untyped'])
		await holdsFailed(path, 'media_type');
	for (const path of ['/500', '/204', '/206', '/absent'])
		await holdsFailed(path, 'status');
	await holdsFailed('/cut', 'unreachable');
	await holdsFailed('/close', 'unreachable');
	await holdsFailed('http://127.0.0.1:1/', 'unreachable');
	await holdsFailed('http://name.invalid/x', 'unreachable',
	    'name.invalid');
});

story('a page is looked for behind three redirects', async () => {
	for (const path of ['/hop1', '/hop2', '/hop3', '/aside'])
		assert.equal((await make(path)).name, 'Puzzle & box', path);
	await holdsFailed('/hop4', 'redirect');
	await holdsFailed('/loop', 'redirect');
});

story('no page of an address that is not public is read', async () => {
	await begun;
	requests.length = 0;
	const at = (host) => `http://${host}:${inside.address().port}/`;
	const urls = [at('127.0.0.2'), at('[::1]'), at('[::ffff:127.0.0.2]'),
	    at('0x7f000002'), at('2130706434'), at('127.2'), at('0.0.0.0'),
	    'http://10.0.0.1/', 'http://192.168.0.1/', 'http://172.16.0.1/',
	    'http://169.254.169.254/latest/meta-data/', 'http://100.64.0.1/',
	    'http://224.0.0.1/', 'http://[fe80::1]/', 'http://[fd00::1]/',
	    'http://[64:ff9b::10.0.0.1]/', 'http://[2002:7f00:2::]/'];

	for (const [i, url] of urls.entries()) {
		const gift = await make(url);

		assert.equal(gift.parse_error, 'refused', url);
		pages[`/inside${i}`] = redirect(url);
		await holdsFailed(`/inside${i}`, 'refused');
	}
	for (const [i, url] of ['file:///etc/passwd', 'gopher://127.0.0.1/',
	    `ftp://127.0.0.2/`, `http://a:b@127.0.0.1:${port()}/og`,
	    '//', 'http:'].entries()) {
		pages[`/elsewhere${i}`] = redirect(url);
		await holdsFailed(`/elsewhere${i}`, 'redirect');
	}
	assert.ok(!requests.some(({url}) => url === 'inside'));
});

story('a slow shop holds up nobody', async () => {
	let over = false;
	const began = Date.now();
	const slow = Promise.all([holdsFailed('/slow', 'timeout'),
	    holdsFailed('/drip', 'timeout')]).then(() => {
		over = true;
	});
	let calls = 0;

	while (!over) {
		const {ms} = expect(await api('GET', '/gifts/1', {token}), 200);

		assert.ok(ms < 1000, `${ms} ms`);
		calls++;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	await slow;
	assert.ok(Date.now() - began >= 4900);
	assert.ok(Date.now() - began < 8000);
	assert.ok(calls > 20, `${calls} calls`);
});
