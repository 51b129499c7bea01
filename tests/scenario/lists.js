// Lists, their items and what is said of them: who sees what, what may follow
// on what, and what of it is known.
'use strict';
const assert = require('assert/strict');
const {sql, story} = require('./story');
const {admin, api, expect, reader, user} = require('./client');

const {token} = user;
const states = ['idea', 'selected', 'purchased', 'received'];

function get(path, who = user, headers = {}) {
	return api('GET', path, {token: who.token, headers});
}

function post(path, body, who = user) {
	return api('POST', path, {token: who.token, body});
}

function put(path, body, headers = {}, who = user) {
	return api('PUT', path, {token: who.token, body, headers});
}

function remove(path, headers = {}, who = user) {
	return api('DELETE', path, {token: who.token, headers});
}

async function made(path, body, who) {
	return expect(await post(path, body, who), 201).json;
}

function ids(answer) {
	return expect(answer, 200).json.data.map((entry) => entry.id);
}

// What the dashboard says has happened, the last first.
async function happened(who = user) {
	const {activity} = expect(await get('/dashboard', who), 200).json;

	return activity.map((a) => `${a.event} ${a.entity_type} ${a.title}`);
}

story('a list is made, seen, changed and deleted', async () => {
	const list = await post('/lists', {name: ' For Mary ', type: 'ideas',
	    person_id: 2, occasion_id: 2});
	const path = `/lists/${expect(list, 201).json.id}`;

	assert.equal(list.headers.location, `/api/v1${path}`);
	assert.deepEqual({...list.json, id: 0, created_at: 0, updated_at: 0},
	    {id: 0, name: 'For Mary', type: 'ideas', visibility: 'family',
	    person_id: 2, occasion_id: 2, created_by_id: user.id,
	    item_count: 0, created_at: 0, updated_at: 0});

	const {items, ...same} = expect(await get(path), 200).json;

	assert.deepEqual(same, list.json);
	assert.deepEqual(items, []);

	const changed = expect(await put(path, {name: 'Mary', person_id: null}),
	    200).json;

	assert.equal(changed.name, 'Mary');
	assert.equal(changed.person_id, null);
	assert.equal(changed.occasion_id, 2);
	assert.equal(changed.visibility, 'family');
	expect(await remove(path), 204);
	for (const answer of [await get(path), await remove(path),
	    await put(path, {name: 'x'}), await get(`${path}/items`),
	    await post(`${path}/items`, {gift_id: 1})])
		expect(answer, 404, 'LIST_NOT_FOUND');
});

story('lists by type, person and occasion, from page to page', async () => {
	sql('INSERT INTO gift_lists (name, type, person_id, occasion_id)' +
	    " SELECT 'List ' || n, CASE n % 2 WHEN 0 THEN 'ideas' ELSE" +
	    " 'wishlist' END, n % 3 + 1, NULL FROM generate_series(1, 300) n");
	for (const [query, count] of [['', 302], ['type=ideas', 151],
	    ['person_id=3', 100], ['person_id=3&type=wishlist', 50],
	    ['occasion_id=1', 1], ['occasion_id=2', 0],
	    ['person_id=1&occasion_id=1&type=ideas', 1]]) {
		const all = [];
		let path = `/lists?page_size=40&${query}`;

		while (path !== undefined) {
			const answer = await get(path);

			all.push(...ids(answer));
			assert.equal(answer.headers['x-total-count'],
			    `${count}`);
			path = /^<\/api\/v1([^>]+)>; rel="next"$/.exec(
			    answer.headers.link)?.[1];
		}
		assert.equal(all.length, count, query);
		assert.deepEqual(all, [...new Set(all)].sort((a, b) => a - b));
	}
	expect(await get('/lists?type=other'), 422, 'VALIDATION_ERROR');
	expect(await get('/lists?page=1&cursor=MQ'), 422, 'VALIDATION_ERROR');
	expect(await get('/lists?cursor=x'), 400, 'INVALID_CURSOR');
});

story('what is not there is named by its code', async () => {
	const no = 999;

	for (const [method, path, body, code] of [
	    ['POST', '/lists', {name: 'x', type: 'ideas', person_id: no},
	    'PERSON'],
	    ['POST', '/lists', {name: 'x', type: 'ideas', occasion_id: no},
	    'OCCASION'],
	    ['PUT', '/lists/1', {person_id: no}, 'PERSON'],
	    ['PUT', '/lists/1', {occasion_id: no}, 'OCCASION'],
	    ['POST', '/lists/1/items', {gift_id: no}, 'GIFT'],
	    ['PUT', '/list-items/1', {gift_id: no}, 'GIFT'],
	    ['PUT', '/list-items/1/assign', {assigned_to_id: no}, 'USER'],
	    ['PUT', `/list-items/${no}`, {price: 1}, 'LIST_ITEM'],
	    ['PUT', `/list-items/${no}/status`, {status: 'idea'}, 'LIST_ITEM'],
	    ['PUT', `/list-items/${no}/assign`, {assigned_to_id: 1},
	    'LIST_ITEM'],
	    ['DELETE', `/list-items/${no}`, undefined, 'LIST_ITEM'],
	    ['POST', '/occasions', {name: 'x', type: 'other',
	    date: '2027-01-01', person_ids: [1, no]}, 'PERSON'],
	    ['PUT', '/occasions/1', {person_ids: [no]}, 'PERSON'],
	    ['PUT', `/occasions/${no}`, {name: 'x'}, 'OCCASION'],
	    ['DELETE', `/occasions/${no}`, undefined, 'OCCASION'],
	    ['GET', `/occasions/${no}/summary`, undefined, 'OCCASION'],
	    ...['list', 'list_item', 'occasion', 'person', 'gift'].flatMap(
	    (type) => [['POST', '/comments', {parent_type: type, parent_id: no,
	    content: 'x'}, type.toUpperCase()], ['GET', '/comments' +
	    `?parent_type=${type}&parent_id=${no}`, undefined,
	    type.toUpperCase()]])])
		expect(await api(method, `${path}`, {token, body}), 404,
		    `${code}_NOT_FOUND`);
	assert.deepEqual(await happened(),
	    ['STATUS_CHANGED list_item Puzzle box']);
});

// --- Items ---

story('an item is added, seen, changed and removed', async () => {
	const item = await post('/lists/1/items', {gift_id: 3, price: 12.345,
	    notes: 'Used.'});
	const path = `/list-items/${expect(item, 201).json.id}`;

	assert.equal(item.headers.location, `/api/v1${path}`);
	assert.deepEqual({...item.json, id: 0, created_at: 0, updated_at: 0},
	    {id: 0, list_id: 1, gift_id: 3, gift: {id: 3,
	    name: 'Book of tables', url: null, price: null}, status: 'idea',
	    assigned_to_id: null, assigned_at: null, assigned_by_id: null,
	    notes: 'Used.', price: 12.35, quantity: 1, version: 1,
	    created_at: 0, updated_at: 0});

	const {items, item_count: count} = (await get('/lists/1')).json;

	assert.equal(count, 3);
	assert.deepEqual(items.at(-1), item.json);
	assert.deepEqual(ids(await get('/lists/1/items')), [1, 2,
	    item.json.id]);

	const changed = expect(await put(path, {gift_id: 2, price: null,
	    quantity: 4}), 200).json;

	assert.equal(changed.gift.name, 'Concert ticket');
	assert.equal(changed.gift.price, 60);
	assert.equal(changed.price, null);
	assert.equal(changed.quantity, 4);
	assert.equal(changed.notes, 'Used.');
	assert.equal(changed.version, 2);
	expect(await remove(path), 204);
	assert.deepEqual(ids(await get('/lists/1/items')), [1, 2]);
	assert.deepEqual((await happened()).slice(0, 3), ['DELETED list_item' +
	    ' Concert ticket', 'UPDATED list_item Concert ticket',
	    'ADDED list_item Book of tables']);
});

story('a status goes one step forward or back', async () => {
	for (const [i, from] of states.entries()) {
		for (const [k, to] of states.entries()) {
			const {id} = await made('/lists/2/items', {gift_id: 1,
			    status: from});
			const answer = await put(`/list-items/${id}/status`,
			    {status: to});

			if (Math.abs(i - k) > 1)
				expect(answer, 400,
				    'INVALID_STATE_TRANSITION');
			else
				assert.equal(expect(answer, 200).json.status,
				    to);
			assert.equal(sql('SELECT status FROM list_items' +
			    ` WHERE id = ${id}`),
			    Math.abs(i - k) > 1 ? from : to);
		}
	}
	for (const status of ['', 'given', null, 1])
		expect(await put('/list-items/1/status', {status}), 422,
		    'VALIDATION_ERROR');
});

story('to say again what is said already changes nothing', async () => {
	const before = (await get('/lists/1')).json.items[0];
	const {json} = expect(await put('/list-items/1/status',
	    {status: 'purchased'}), 200);

	assert.deepEqual(json, before);
	assert.equal((await happened()).length, 1);
});

story('who was assigned, when and by whom is kept', async () => {
	const began = Date.now() - 1000;
	const path = '/list-items/2/assign';
	const given = expect(await put(path, {assigned_to_id: reader.id}),
	    200).json;

	assert.equal(given.assigned_to_id, reader.id);
	assert.equal(given.assigned_by_id, user.id);
	assert.ok(Date.parse(given.assigned_at) >= began);

	const taken = expect(await put(path, {assigned_to_id: null}, {}, admin),
	    200).json;

	assert.equal(taken.assigned_to_id, null);
	assert.equal(taken.assigned_by_id, admin.id);
	expect(await put(path, {}), 422, 'VALIDATION_ERROR');
	assert.deepEqual((await happened()).slice(0, 2),
	    Array(2).fill('ASSIGNED list_item Concert ticket'));
});

story('a change of an item may name the version that it is about', async () => {
	const path = '/list-items/1';
	const version = {'If-Match': '"3"'};

	for (const [way, body] of [['', {price: 1}], ['/status',
	    {status: 'selected'}], ['/assign', {assigned_to_id: 1}]])
		expect(await put(path + way, body, {'If-Match': '"2"'}), 412,
		    'PRECONDITION_FAILED');
	expect(await remove(path, {'If-Match': '"4"'}), 412,
	    'PRECONDITION_FAILED');
	assert.equal(expect(await put(path, {price: 1}, version), 200)
	    .json.version, 4);

	const answers = await Promise.all(Array.from({length: 8}, () =>
	    put(`${path}/status`, {status: 'selected'}, {'If-Match': '"4"'})));

	assert.deepEqual(answers.map((a) => a.status).sort(),
	    [200, ...Array(7).fill(412)]);
	expect(await remove(path, {'If-Match': '"5"'}), 204);
});

story('a change of a list may name the version that it is about', async () => {
	const etag = async () => (await get('/lists/1')).headers.etag;
	const first = await etag();

	expect(await get('/lists/1', user, {'If-None-Match': first}), 304);
	expect(await put('/list-items/2', {notes: 'New.'}), 200);
	expect(await get('/lists/1', user, {'If-None-Match': first}), 200);
	expect(await put('/lists/1', {name: 'x'}, {'If-Match': first}), 412,
	    'PRECONDITION_FAILED');
	expect(await put('/lists/1', {name: 'x'}, {'If-Match': await etag()}),
	    200);
	expect(await remove('/lists/1', {'If-Match': first}), 412,
	    'PRECONDITION_FAILED');
	expect(await remove('/lists/1', {'If-Match': await etag()}), 204);
});

story('a list may go while its items change', async () => {
	const answers = await Promise.all([...Array(12).keys()].map((i) =>
	    i === 6 ? remove('/lists/1') :
	    i % 2 === 0 ? put(`/list-items/${i % 4 === 0 ? 1 : 2}`,
	    {quantity: i + 1}) : post('/lists/1/items', {gift_id: 1})));

	for (const [i, {status}] of answers.entries())
		assert.ok(status === (i === 6 ? 204 : i % 2 === 0 ? 200 : 201) ||
		    (i !== 6 && status === 404), `${status}`);
	expect(await get('/lists/1'), 404, 'LIST_NOT_FOUND');
	assert.equal(sql('SELECT count(*) FROM list_items WHERE list_id = 1'),
	    '0');
});

// --- Who sees what ---

story('a private list is seen by its owner and administrators', async () => {
	const {id} = await made('/lists', {name: 'Secret', type: 'ideas',
	    visibility: 'private', person_id: 1, occasion_id: 1});
	const item = await made(`/lists/${id}/items`, {gift_id: 1,
	    status: 'selected'});

	await made('/comments', {parent_type: 'list_item', parent_id: item.id,
	    content: 'Psst.'});
	sql(`UPDATE users SET role = 'user' WHERE id = ${reader.id}`);
	for (const [who, sees] of [[user, true], [admin, true],
	    [reader, false]]) {
		const said = `/comments?parent_type=list_item&parent_id=` +
		    item.id;
		const list = await get(`/lists/${id}`, who);
		const answers = [list, await get(`/lists/${id}/items`, who),
		    await get(said, who), await get('/comments?parent_type=' +
		    `list&parent_id=${id}`, who)];

		for (const answer of answers)
			assert.equal(answer.status, sees ? 200 : 404);
		assert.equal(list.headers['x-error-code'],
		    sees ? undefined : 'LIST_NOT_FOUND');
		assert.equal(ids(await get('/lists', who)).includes(id), sees);
		assert.equal((await get('/lists', who))
		    .headers['x-total-count'], sees ? '3' : '2');
		assert.equal((await get('/occasions/1', who)).json.summary
		    .people[0].pipeline.selected, sees ? 1 : 0);
		assert.equal((await get('/dashboard', who)).json.pipeline
		    .selected, sees ? 1 : 0);
		assert.equal((await happened(who)).length, sees ? 4 : 1);
	}
	for (const answer of [
	    await put(`/lists/${id}`, {name: 'x'}, {}, reader),
	    await remove(`/lists/${id}`, {}, reader),
	    await post(`/lists/${id}/items`, {gift_id: 1}, reader),
	    await put(`/list-items/${item.id}`, {price: 1}, {}, reader),
	    await put(`/list-items/${item.id}/status`, {status: 'idea'}, {},
	    reader),
	    await put(`/list-items/${item.id}/assign`, {assigned_to_id: 1}, {},
	    reader),
	    await remove(`/list-items/${item.id}`, {}, reader),
	    await post('/comments', {parent_type: 'list', parent_id: id,
	    content: 'x'}, reader)])
		assert.equal(answer.status, 404);
	expect(await remove(`/lists/${id}`), 204);
	assert.deepEqual(await happened(admin),
	    ['STATUS_CHANGED list_item Puzzle box']);
});

story('only its owner and administrators say who sees a list', async () => {
	sql(`UPDATE users SET role = 'user' WHERE id = ${reader.id}`);
	expect(await put('/lists/1', {visibility: 'private'}, {}, reader), 403,
	    'PERMISSION_DENIED');
	expect(await put('/lists/1', {visibility: 'family', name: 'x'}, {},
	    reader), 200);
	expect(await put('/lists/1', {visibility: 'private'}), 200);
	expect(await get('/lists/1', reader), 404, 'LIST_NOT_FOUND');
	expect(await put('/lists/1', {visibility: 'public'}, {}, admin), 200);
	expect(await get('/lists/1', reader), 200);
});

story('who may only read changes nothing', async () => {
	for (const [method, path, body] of [
	    ['POST', '/lists', {name: 'x', type: 'ideas'}],
	    ['PUT', '/lists/1', {name: 'x'}], ['DELETE', '/lists/1'],
	    ['POST', '/lists/1/items', {gift_id: 1}],
	    ['PUT', '/list-items/1', {price: 1}], ['DELETE', '/list-items/1'],
	    ['PUT', '/list-items/1/status', {status: 'received'}],
	    ['PUT', '/list-items/1/assign', {assigned_to_id: 3}],
	    ['POST', '/occasions', {name: 'x', type: 'other',
	    date: '2027-01-01'}], ['PUT', '/occasions/1', {name: 'x'}],
	    ['DELETE', '/occasions/2'], ['POST', '/comments',
	    {parent_type: 'gift', parent_id: 1, content: 'x'}]])
		expect(await api(method, path, {token: reader.token, body}),
		    403, 'PERMISSION_DENIED');
	assert.equal((await happened()).length, 1);
});
