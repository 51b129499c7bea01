// Gifts: from the first to the last call, filters, and search.
'use strict';
const assert = require('assert/strict');
const {sql, story} = require('./story');
const {api, expect, reader, user} = require('./client');

const {token} = user;

function create(body) {
	return api('POST', '/gifts', {token, body});
}

function get(path) {
	return api('GET', path, {token});
}

function ids(answer) {
	return answer.json.data.map((gift) => gift.id);
}

async function list(query) {
	return ids(expect(await get(`/gifts?${query}`), 200));
}

async function search(q, more = '') {
	const answer = expect(await get(
	    `/gifts/search?q=${encodeURIComponent(q)}${more}`), 200);

	return answer.json.data.map((gift) => gift.name);
}

// All ids of a list, by the links in its headers.
async function walk(path) {
	const all = [];

	while (path !== undefined) {
		const answer = expect(await get(path), 200);

		all.push(...ids(answer));
		path = /^<\/api\/v1([^>]+)>; rel="next"$/
		    .exec(answer.headers.link)?.[1];
		assert.equal(path === undefined,
		    answer.json.pagination.next_cursor === null);
	}
	return all;
}

story('a gift is made, seen, changed and deleted', async () => {
	const made = expect(await create({name: '  Chess set ', price: 49.9,
	    currency: 'EUR', image_url: 'https://shop.example/chess.jpg',
	    source: 'Shop of games', description: 'Of beech.',
	    tags: ['game', 'wood']}), 201);
	const path = `/gifts/${made.json.id}`;

	assert.equal(made.headers.location, `/api/v1${path}`);
	assert.equal(made.json.name, 'Chess set');
	assert.equal(made.json.url, null);
	assert.equal(made.json.parse_status, 'none');
	assert.equal(made.json.parse_error, null);
	assert.deepEqual(expect(await get(path), 200).json, made.json);

	const changed = expect(await api('PUT', path, {token, body: {price: null,
	    url: 'https://shop.example/chess', tags: []}}), 200).json;

	assert.deepEqual({...changed, updated_at: 0}, {...made.json, price: null,
	    url: 'https://shop.example/chess', tags: [], updated_at: 0});

	expect(await api('DELETE', path, {token}), 204);
	for (const method of ['GET', 'DELETE'])
		expect(await api(method, path, {token}), 404, 'GIFT_NOT_FOUND');
	expect(await api('PUT', path, {token, body: {name: 'x'}}), 404,
	    'GIFT_NOT_FOUND');
});

story('a gift that stands on a list stays', async () => {
	expect(await api('DELETE', '/gifts/1', {token}), 400,
	    'HAS_DEPENDENCIES');
	expect(await get('/gifts/1'), 200);
	expect(await api('DELETE', '/gifts/4', {token: reader.token}), 403,
	    'PERMISSION_DENIED');
	expect(await api('DELETE', '/gifts/4', {token}), 204);
});

story('of two who change a gift at once, one is told', async () => {
	const seen = expect(await get('/gifts/2'), 200);
	const headers = {'If-Match': seen.headers.etag};
	const put = (name) => api('PUT', '/gifts/2', {token, headers,
	    body: {name}});
	const [a, b] = (await Promise.all([put('One'), put('Two')]))
	    .sort((x, y) => x.status - y.status);

	expect(a, 200);
	expect(b, 412, 'PRECONDITION_FAILED');
	assert.equal((await get('/gifts/2')).json.name, a.json.name);
	expect(await api('DELETE', '/gifts/2', {token, headers}), 412,
	    'PRECONDITION_FAILED');
});

story('a gift and lists of gifts that have not changed are not sent again',
    async () => {
	for (const path of ['/gifts/1', '/gifts', '/gifts/search?q=puzzle']) {
		const {etag} = expect(await get(path), 200).headers;
		const again = () => api('GET', path, {token,
		    headers: {'If-None-Match': etag}});

		assert.match(etag, /^"[^"]+"$/);
		expect(await again(), 304);
		expect(await api('PUT', '/gifts/1', {token,
		    body: {name: 'Puzzle box of oak'}}), 200);
		expect(await again(), 200);
	}
});

story('a gift has a name or a page', async () => {
	for (const body of [{}, {price: 5}, {name: null}, {url: null},
	    {name: ' '}, {name: ''}, {name: 'x', url: null, more: 1},
	    {name: 'x', url: 'ftp://shop.example/'}, {name: 'x', url: '/x'},
	    {name: 'x', url: 'javascript:alert(1)'},
	    {name: 'x', url: 'https://user:pass@shop.example/'},
	    {name: 'x', url: 'https://user@shop.example/'},
	    {name: 'x', image_url: 'data:image/png;base64,x'},
	    {name: 'x', price: -1}, {name: 'x', price: '5'},
	    {name: 'x', price: 1e10}, {name: 'x', currency: 'eur'},
	    {name: 'x', tags: ['a', 'a']}, {name: 'x', tags: ['']},
	    {name: 'x', tags: Array.from({length: 21}, (_, i) => `${i}`)},
	    {name: 'a\u0000'}, {name: 'x', source: ''}])
		expect(await create(body), 422, 'VALIDATION_ERROR');
	expect(await create({name: 'x', url: null}), 201);
});

story('prices are kept to the cent', async () => {
	for (const [price, kept] of [[0, 0], [0.1, 0.1], [19.99, 19.99],
	    [9999999999.99, 9999999999.99], [1.239, 1.24], [0.07, 0.07]]) {
		const {json} = expect(await create({name: 'x', price}), 201);

		assert.equal(json.price, kept);
		assert.equal((await get(`/gifts/${json.id}`)).json.price, kept);
	}
});

story('gifts by filters', async () => {
	assert.deepEqual(await list(''), [1, 2, 3, 4]);
	assert.deepEqual(await list('tag=wood'), [1]);
	assert.deepEqual(await list('tag=Wood'), []);
	assert.deepEqual(await list('source=Shop%20of%20puzzles'), [1]);
	assert.deepEqual(await list('min_price=24.5'), [1, 2]);
	assert.deepEqual(await list('min_price=24.51'), [2]);
	assert.deepEqual(await list('max_price=59.99'), [1]);
	assert.deepEqual(await list('min_price=60&max_price=60'), [2]);
	assert.deepEqual(await list('min_price=61&max_price=60'), []);
	assert.deepEqual(await list('q=puzzles'), [1, 3]);
	assert.deepEqual(await list('q=puzzles&tag=wood&min_price=1'), [1]);
	for (const query of ['q=', 'min_price=-1', 'min_price=x', 'tag=',
	    'page_size=0', 'tag=a&tag=b', 'q=%00'])
		expect(await get(`/gifts?${query}`), 422, 'VALIDATION_ERROR');
});

story('filters hold on every page', async () => {
	sql("INSERT INTO gifts (name, tags, price) SELECT 'Gift ' || n, " +
	    "CASE WHEN n % 2 = 0 THEN '{\"a&b c\"}' ELSE '{}' END::text[], n " +
	    'FROM generate_series(5, 300) n');
	const even = Array.from({length: 146}, (_, i) => 10 + 2 * i);
	const query = 'tag=a%26b%20c&min_price=10&max_price=300';

	assert.deepEqual(await walk(`/gifts?${query}&page_size=40`), even);
	for (let page = 1; page <= 4; page++) {
		const answer = expect(await get(
		    `/gifts?page_size=40&page=${page}&${query}`), 200);

		assert.deepEqual(ids(answer), even.slice(40 * (page - 1),
		    40 * page));
		assert.equal(answer.headers['x-total-count'], '146');
	}
});

story('a search finds words in any form, and names that look alike',
    async () => {
	assert.deepEqual(await search('puzzle box'), ['Puzzle box']);
	assert.deepEqual(await search('puzzles'),
	    ['Puzzle box', 'Book of tables']);
	assert.deepEqual(await search('PUZZLE'), await search('puzzles'));
	assert.deepEqual(await search('puzle box'), ['Puzzle box']);
	assert.deepEqual(await search('conc'), ['Concert ticket']);
	assert.deepEqual(await search('music'), ['Concert ticket']);
	assert.deepEqual(await search('"twelve steps"'), []);
	assert.deepEqual(await search('concert or tables'),
	    ['Concert ticket', 'Book of tables']);
	assert.deepEqual(await search('puzzles -wood'), ['Book of tables']);
	for (const q of ["'; DROP TABLE gifts; --", '%', '\\', '!', '&|!()',
	    ':*', '"', "it's", '()', '-', '<->', 'a'.repeat(200), '\u{1f381}',
	    'the'])
		await search(q);
	for (const q of ['', 'x'.repeat(201), '\u0000'])
		expect(await get(`/gifts/search?q=${encodeURIComponent(q)}`),
		    422, 'VALIDATION_ERROR');
	expect(await get('/gifts/search'), 422, 'VALIDATION_ERROR');
});

story('what is found comes in its order, by page and by cursor', async () => {
	sql("INSERT INTO gifts (name, description) SELECT 'Lamp ' || " +
	    "repeat('of glass ', n % 7) || n, CASE WHEN n % 3 = 0 THEN " +
	    "'A lamp.' END FROM generate_series(5, 204) n");
	const all = await walk('/gifts/search?q=lamp&page_size=30');
	const pages = [];
	let before = 1000;

	for (let page = 1; page <= 4; page++) {
		const {json, headers} = expect(await get(
		    `/gifts/search?q=lamp&page_size=60&page=${page}`), 200);

		pages.push(...json.data.map((gift) => gift.id));
		assert.equal(headers['x-total-count'], '200');
		for (const gift of json.data) {
			assert.ok(gift.relevance <= before);
			before = gift.relevance;
		}
	}
	assert.equal(new Set(all).size, 200);
	assert.deepEqual(pages, all);
	expect(await get('/gifts/search?q=lamp&page=1&cursor=MQ'), 422,
	    'VALIDATION_ERROR');
	expect(await get('/gifts/search?q=lamp&cursor=x'), 400,
	    'INVALID_CURSOR');
});
