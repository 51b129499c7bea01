// Persons: from the first to the last call, lists, and any text.
'use strict';
const assert = require('assert/strict');
const {sql, story} = require('./story');
const {admin, api, expect, reader, user} = require('./client');

const {token} = user;
const total = 1000;

function create(body) {
	return api('POST', '/persons', {token, body});
}

function list(query) {
	return api('GET', `/persons?${query}`, {token});
}

// The fixtures' three persons and a thousand less three.
function addPersons() {
	sql("INSERT INTO persons (name) SELECT 'Person ' || n" +
	    ` FROM generate_series(4, ${total}) n`);
}

function ids(answer) {
	return answer.json.data.map((person) => person.id);
}

function everyId() {
	return Array.from({length: total}, (_, i) => i + 1);
}

// Walks a list from cursor to cursor and returns all ids; `between` is run
// after each page.
async function walk(size, between = () => {}) {
	const all = [];
	let cursor = null;
	let page = 0;

	do {
		const answer = expect(await list(`page_size=${size}` +
		    (cursor === null ? '' : `&cursor=${cursor}`)), 200);

		all.push(...ids(answer));
		cursor = answer.json.pagination.next_cursor;
		assert.equal(answer.json.pagination.has_more, cursor !== null);
		await between(++page);
	} while (cursor !== null);
	return all;
}

story('a person is made, seen, changed and deleted', async () => {
	const made = expect(await create({name: '  Emmy Noether ',
	    birthdate: '1982-03-23', interests: ['algebra', 'walking'],
	    sizes: {shirt: 'S'}, notes: 'No chocolate.'}), 201);
	const path = `/persons/${made.json.id}`;

	assert.equal(made.headers.location, `/api/v1${path}`);
	assert.equal(made.json.name, 'Emmy Noether');
	assert.equal(made.json.relationship, null);

	const seen = expect(await api('GET', path, {token}), 200).json;
	const {history, relationships, ...same} = seen;

	assert.deepEqual(same, made.json);
	assert.deepEqual(history, []);
	assert.deepEqual(relationships, {occasions: [], lists: []});

	const changed = expect(await api('PUT', path, {token,
	    body: {notes: null, interests: []}}), 200).json;

	assert.deepEqual({...changed, updated_at: 0}, {...made.json,
	    notes: null, interests: [], updated_at: 0});
	assert.ok(changed.updated_at > made.json.updated_at);

	expect(await api('DELETE', path, {token}), 204);
	for (const method of ['GET', 'DELETE'])
		expect(await api(method, path, {token}), 404,
		    'PERSON_NOT_FOUND');
	expect(await api('PUT', path, {token, body: {name: 'x'}}), 404,
	    'PERSON_NOT_FOUND');
	expect(await api('GET', `${path}/history`, {token}), 404,
	    'PERSON_NOT_FOUND');
});

story('a person for whom a list is made stays', async () => {
	expect(await api('DELETE', '/persons/1', {token}), 400,
	    'HAS_DEPENDENCIES');
	expect(await api('GET', '/persons/1', {token}), 200);
});

story('of a person nobody sees lists that others keep to themselves',
    async () => {
	sql("UPDATE gift_lists SET visibility = 'private', created_by = 1 " +
	    'WHERE id = 2');
	const see = async (who) => {
		const {json} = expect(await api('GET', '/persons/1',
		    {token: who.token}), 200);
		const history = expect(await api('GET', '/persons/1/history',
		    {token: who.token}), 200).json;
		const items = (entries) => entries.map((e) => e.list_item_id);

		assert.deepEqual(items(json.history), items(history.data));
		assert.equal(history.pagination.total_count,
		    history.data.length);
		return [json.relationships.lists.map((list) => list.id),
		    items(history.data)];
	};

	assert.deepEqual(await see(user), [[1], [2, 1]]);
	assert.deepEqual(await see(admin), [[1, 2], [3, 2, 1]]);
});

story('what becomes of persons and gifts is known to the dashboard',
    async () => {
	for (const path of ['/persons', '/gifts']) {
		const {id} = expect(await api('POST', path, {token,
		    body: {name: 'A'}}), 201).json;

		expect(await api('PUT', `${path}/${id}`, {token,
		    body: {name: 'B'}}), 200);
		expect(await api('DELETE', `${path}/${id}`, {token}), 204);
		const {activity} = expect(await api('GET', '/dashboard',
		    {token}), 200).json;

		assert.deepEqual(activity.slice(0, 3).map((entry) =>
		    [entry.event, entry.entity_id, entry.title]),
		    [['DELETED', id, 'B'], ['UPDATED', id, 'B'],
		    ['ADDED', id, 'A']]);
	}
});

story('a change that is refused leaves no trace', async () => {
	const before = expect(await api('GET', '/persons/1', {token}), 200);

	for (const body of [{name: 'New', birthdate: '1990-02-30'},
	    {name: 'New', more: 1}, {}])
		expect(await api('PUT', '/persons/1', {token, body}), 422,
		    'VALIDATION_ERROR');
	expect(await api('PUT', '/persons/1', {token: reader.token,
	    body: {name: 'New'}}), 403, 'PERMISSION_DENIED');
	assert.deepEqual((await api('GET', '/persons/1', {token})).json,
	    before.json);
});

story('what has not changed is not sent again', async () => {
	for (const path of ['/persons', '/persons/1', '/persons/1/history']) {
		const {headers: {etag}} = expect(await api('GET', path,
		    {token}), 200);
		const again = await api('GET', path, {token,
		    headers: {'If-None-Match': etag}});

		assert.equal(expect(again, 304).text, '');
		sql("UPDATE persons SET notes = 'New.' WHERE id = 1;" +
		    ' UPDATE list_items SET price = 1 WHERE id = 1');
		expect(await api('GET', path, {token,
		    headers: {'If-None-Match': etag}}), 200);
		sql("UPDATE persons SET notes = 'Old.' WHERE id = 1;" +
		    ' UPDATE list_items SET price = 2 WHERE id = 1');
	}
});

story('who has seen an older version changes nothing', async () => {
	const read = async () => (await api('GET', '/persons/2', {token}))
	    .headers.etag;
	const put = (etag, body) => api('PUT', '/persons/2', {token, body,
	    headers: {'If-Match': etag}});
	const first = await read();

	expect(await put(first, {notes: 'Mine.'}), 200);
	for (const etag of [first, '"x"', `W/${await read()}`])
		expect(await put(etag, {notes: 'Theirs.'}), 412,
		    'PRECONDITION_FAILED');
	expect(await api('DELETE', '/persons/2', {token,
	    headers: {'If-Match': first}}), 412, 'PRECONDITION_FAILED');
	assert.equal((await api('GET', '/persons/2', {token})).json.notes,
	    'Mine.');

	expect(await put(`"x", ${await read()}`, {notes: 'Both.'}), 200);
	expect(await put('*', {notes: 'Any.'}), 200);
	expect(await api('DELETE', '/persons/2', {token,
	    headers: {'If-Match': await read()}}), 204);
	expect(await put('*', {notes: 'None.'}), 404, 'PERSON_NOT_FOUND');
});

story('of changes at once on one version one is made', async () => {
	const {headers: {etag}} = await api('GET', '/persons/1', {token});
	const answers = await Promise.all(Array.from({length: 8}, (_, i) =>
	    api('PUT', '/persons/1', {token, body: {notes: `${i}`},
	    headers: {'If-Match': etag}})));

	assert.deepEqual(answers.map((a) => a.status).sort(),
	    [200, ...Array(7).fill(412)]);
});

story('a long list by page', async () => {
	const all = [];

	addPersons();
	for (let page = 1; page <= 11; page++) {
		const answer = expect(await list(
		    `page=${page}&page_size=97`), 200);
		const {pagination} = answer.json;

		all.push(...ids(answer));
		assert.equal(answer.headers['x-total-count'], `${total}`);
		assert.equal(answer.headers['x-page'], `${page}`);
		assert.equal(pagination.total_count, total);
		assert.equal(pagination.total_pages, 11);
		assert.equal(pagination.page, page);
		assert.equal(pagination.has_more, page < 11);
		assert.equal(answer.headers.link === undefined, page === 11);
	}
	assert.deepEqual(all, everyId());
});

story('a long list by cursor has no repeats and no gaps', async () => {
	addPersons();
	for (const size of [97, 100, 50]) {
		let pages;

		assert.deepEqual(await walk(size, (page) => {
			pages = page;
		}), everyId());
		assert.equal(pages, Math.ceil(total / size));
	}
});

story('a list by cursor stays true while it changes', async () => {
	addPersons();

	const all = await walk(100, async (page) => {
		if (page !== 3)
			return;
		for (const id of [50, 300, 301, 700])
			expect(await api('DELETE', `/persons/${id}`, {token}),
			    204);
		sql("SELECT setval('persons_id_seq', 2000)");
		expect(await create({name: 'Late'}), 201);
	});

	assert.deepEqual(all, [...everyId().filter((id) => ![301, 700]
	    .includes(id)), 2001]);
});

story('a list by the links in its headers', async () => {
	const all = [];
	let path = '/api/v1/persons?page_size=100';

	addPersons();
	for (let page = 1; path !== undefined; page++) {
		const answer = expect(await api('GET',
		    path.replace(/^\/api\/v1/, ''), {token}), 200);

		all.push(...ids(answer));
		path = /^<([^>]+)>; rel="next"$/.exec(answer.headers.link)?.[1];
		assert.equal(path === undefined, page === 10);
	}
	assert.deepEqual(all, everyId());
});

story('pages before the first and after the last', async () => {
	for (const page of [2, 1000000]) {
		const answer = expect(await list(`page=${page}`), 200);

		assert.deepEqual(answer.json.data, []);
		assert.equal(answer.json.pagination.has_more, false);
		assert.equal(answer.headers['x-total-count'], '3');
	}
	for (const query of ['page=0', 'page=-1', 'page=1000001', 'page_size=0',
	    'page_size=101', 'page=1e9', 'page=1&page=2', 'page=1&cursor=MQ',
	    'page=%00'])
		expect(await list(query), 422, 'VALIDATION_ERROR');
	for (const cursor of ['x', 'MA', 'LTE', 'MTIzNDU2Nzg5MDEyMzQ1Njc4OQ'])
		expect(await list(`cursor=${cursor}`), 400, 'INVALID_CURSOR');
});

story('presents come newest first, by page and by cursor', async () => {
	const path = '/persons/1/history';
	const items = (a) => a.json.data.map((entry) => entry.list_item_id);
	const whole = expect(await api('GET', path, {token}), 200);
	const steps = [];
	let next = `${path}?page_size=1`;

	assert.deepEqual(items(whole), [3, 2, 1]);
	assert.equal(whole.headers['x-total-count'], '3');
	while (next !== undefined) {
		const answer = expect(await api('GET', next, {token}), 200);

		steps.push(...items(answer));
		next = /^<\/api\/v1([^>]+)>/.exec(answer.headers.link)?.[1];
	}
	assert.deepEqual(steps, [3, 2, 1]);
});

story('what means something in SQL is only text', async () => {
	const texts = ["'; DROP TABLE persons; --", "' OR '1'='1", '$1 $2 :x',
	    'a\\b\\\'c"d', '%_[a-z]*?', '{1,2}', 'NULL', '{"a":1}', '/* x */',
	    "\\'; SELECT pg_sleep(5); --", '$$x$$', "E'\\n'", '--', ',', '"',
	    '\\'];

	for (const name of texts) {
		const notes = `${name}\n${name}`;
		const sizes = {[name]: name};
		const made = expect(await create({name, relationship: name,
		    notes, interests: texts, sizes}), 201).json;
		const {json} = await api('GET', `/persons/${made.id}`, {token});

		assert.deepEqual([json.name, json.relationship, json.notes,
		    json.interests, json.sizes],
		    [name, name, notes, texts, sizes]);
	}
	for (const username of texts.slice(0, 3))
		expect(await api('POST', '/auth/login', {body:
		    {username, password: username}}), 401,
		    'INVALID_CREDENTIALS');
	expect(await list('page_size=1'), 200);
});

story('text of any script comes back as it went', async () => {
	const texts = ['Zo\u00eb', 'Zoe\u0308', '\u5c0f\u660e',
	    '\u05d3\u05d5\u05d3', '\ud83d\udc69\u200d\ud83d\ude80',
	    '\u{10ffff}', '\ufffd', '\ufeffx', '\u202eabc',
	    '\u{1f469}'.repeat(255)];

	for (const name of texts) {
		const made = expect(await create({name}), 201).json;
		const escaped = expect(await create('{"name":"' + [...Array(
		    name.length).keys()].map((i) => '\\u' + name.charCodeAt(i)
		    .toString(16).padStart(4, '0')).join('') + '"}'), 201).json;

		assert.equal(made.name, name);
		assert.equal(escaped.name, name);
		assert.equal((await api('GET', `/persons/${made.id}`, {token}))
		    .json.name, name);
	}
	expect(await create({name: '\u{1f469}'.repeat(256)}), 422,
	    'VALIDATION_ERROR');
});

story('U+0000 is kept where the contract allows it, else refused',
    async () => {
	const sizes = {'a\u0000b': 'c\u0000d'};
	const made = expect(await create({name: 'x', sizes}), 201).json;

	assert.deepEqual((await api('GET', `/persons/${made.id}`, {token}))
	    .json.sizes, sizes);
	for (const body of [{name: 'a\u0000b'}, {name: 'x', notes: '\u0000'},
	    {name: 'x', relationship: 'a\u0000'},
	    {name: 'x', interests: ['\u0000']}])
		expect(await create(body), 422, 'VALIDATION_ERROR');
});

story('bytes that are no UTF-8 are refused', async () => {
	const bodies = ['\xff', '\xc0\xaf', '\xed\xa0\x80', '\xf4\x90\x80\x80',
	    '\xc3', '\xe2\x82', '\\ud800', '\\udc00\\ud800', '\x00'];

	for (const text of bodies)
		expect(await create(Buffer.from(`{"name":"a${text}b"}`,
		    'latin1')), 400, 'MALFORMED_JSON');
});
