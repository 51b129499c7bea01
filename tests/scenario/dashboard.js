// Occasions, comments and the dashboard.
'use strict';
const assert = require('assert/strict');
const {sql, story} = require('./story');
const {api, expect, user} = require('./client');

const {token} = user;

function get(path, headers = {}) {
	return api('GET', path, {token, headers});
}

function post(path, body) {
	return api('POST', path, {token, body});
}

function put(path, body, headers = {}) {
	return api('PUT', path, {token, body, headers});
}

function remove(path) {
	return api('DELETE', path, {token});
}

async function made(path, body) {
	return expect(await post(path, body), 201).json;
}

function ids(answer) {
	return expect(answer, 200).json.data.map((entry) => entry.id);
}

// What the dashboard says has happened, the last first.
async function happened() {
	const {activity} = expect(await get('/dashboard'), 200).json;

	return activity.map((a) => `${a.event} ${a.entity_type} ${a.title}`);
}

story('an occasion is made, seen, changed and deleted', async () => {
	const body = {name: 'Wedding', type: 'other', date: '2027-06-12',
	    description: 'By the sea.', person_ids: [3, 2]};
	const made = await post('/occasions', body);
	const path = `/occasions/${expect(made, 201).json.id}`;

	assert.equal(made.headers.location, `/api/v1${path}`);
	assert.deepEqual(made.json.person_ids, [2, 3]);

	const {summary, ...same} = expect(await get(path), 200).json;
	const none = {idea: 0, selected: 0, purchased: 0, received: 0};

	assert.deepEqual(same, made.json);
	assert.deepEqual(summary, {occasion_id: same.id, totals: none,
	    people: [{person_id: 2, name: 'Mary Somerville', pipeline: none,
	    spent: 0}, {person_id: 3, name: 'Caroline Herschel',
	    pipeline: none, spent: 0}]});

	const {headers: {etag}} = await get(path);

	expect(await put(path, {description: null, person_ids: [1, 2]},
	    {'If-Match': etag}), 200);
	expect(await put(path, {name: 'x'}, {'If-Match': etag}), 412,
	    'PRECONDITION_FAILED');

	const changed = (await get(path)).json;

	assert.deepEqual(changed.person_ids, [1, 2]);
	assert.equal(changed.description, null);
	assert.equal(changed.date, body.date);
	expect(await put(path, {person_ids: []}), 200);
	assert.deepEqual((await get(path)).json.person_ids, []);
	expect(await remove(path), 204);
	expect(await get(path), 404, 'OCCASION_NOT_FOUND');
	assert.deepEqual((await happened()).slice(0, 4),
	    ['DELETED occasion Wedding', 'UPDATED occasion Wedding',
	    'UPDATED occasion Wedding', 'ADDED occasion Wedding']);
});

story('an occasion for which a list is made stays', async () => {
	expect(await remove('/occasions/1'), 400, 'HAS_DEPENDENCIES');
	expect(await get('/occasions/1'), 200);
	expect(await remove('/occasions/2'), 204);
});

story('a summary counts each person\'s presents', async () => {
	const {id} = await made('/lists', {name: 'Too', type: 'ideas',
	    occasion_id: 1, person_id: 3});
	const nobody = await made('/lists', {name: 'For the feast',
	    type: 'ideas', occasion_id: 1});

	for (const [list, gift, status, quantity] of [[id, 2, 'received', 2],
	    [id, 3, 'purchased', 5], [id, 1, 'selected', 1],
	    [nobody.id, 1, 'idea', 1]])
		await made(`/lists/${list}/items`, {gift_id: gift, status,
		    quantity});

	const {json} = expect(await get('/occasions/1/summary'), 200);

	assert.deepEqual(json, {
		occasion_id: 1,
		totals: {idea: 2, selected: 1, purchased: 2, received: 1},
		people: [{
			person_id: 1,
			name: 'Ada Lovelace',
			pipeline: {idea: 1, selected: 0, purchased: 1,
			    received: 0},
			spent: 19.9,
		}, {
			person_id: 3,
			name: 'Caroline Herschel',
			pipeline: {idea: 0, selected: 1, purchased: 1,
			    received: 1},
			spent: 120,
		}],
	});
	assert.deepEqual((await get('/occasions/1')).json.summary, json);
});

story('occasions from page to page', async () => {
	const all = [];
	let path = '/occasions?page_size=30';

	sql('INSERT INTO occasions (name, type, date) SELECT n, ' +
	    "'other', '2027-01-01' FROM generate_series(1, 100) n");
	while (path !== undefined) {
		const answer = await get(path);

		all.push(...ids(answer));
		assert.equal(answer.headers['x-total-count'], '102');
		path = /^<\/api\/v1([^>]+)>/.exec(answer.headers.link)?.[1];
	}
	assert.equal(new Set(all).size, 102);
});

// --- Comments and the dashboard ---

story('comments stand below what they are about, and go with it', async () => {
	const path = '/comments?page_size=2&parent_type=list_item&parent_id=2';
	const texts = ['One.', ' Two,\nlines. ', '\u{1f381}'];

	for (const content of texts) {
		const comment = await made('/comments', {content,
		    parent_type: 'list_item', parent_id: 2});

		assert.equal(comment.author_id, user.id);
		assert.equal(comment.author_name, 'Ursula User');
	}

	const first = expect(await get(path), 200);
	const next = /^<\/api\/v1([^>]+)>/.exec(first.headers.link)[1];
	const second = expect(await get(next), 200);

	assert.equal(first.headers['x-total-count'], '3');
	assert.deepEqual([...first.json.data, ...second.json.data].map(
	    (c) => c.content), texts);
	assert.equal(second.headers.link, undefined);
	for (const content of ['', ' \n', 'x'.repeat(2001), 'a\u0000'])
		expect(await post('/comments', {content, parent_type: 'gift',
		    parent_id: 1}), 422, 'VALIDATION_ERROR');

	assert.equal(sql('SELECT count(*) FROM comments'), '4');
	expect(await remove('/list-items/2'), 204);
	expect(await get(path), 404, 'LIST_ITEM_NOT_FOUND');
	assert.equal(sql('SELECT count(*) FROM comments'), '1');
	await made('/comments', {content: 'x', parent_type: 'list',
	    parent_id: 1});
	expect(await remove('/lists/1'), 204);
	assert.equal(sql('SELECT count(*) FROM comments'), '0');
});

story('the dashboard tells all at a glance', async () => {
	sql('UPDATE occasions SET date = current_date + 10 * id::int;' +
	    " INSERT INTO occasions (name, type, date) VALUES ('Past'," +
	    " 'other', current_date - 1), ('Far', 'other', '2199-01-01');" +
	    ' INSERT INTO occasion_persons VALUES (4, 2)');
	await made('/lists/2/items', {gift_id: 2});
	await made('/comments', {content: 'Nice.', parent_type: 'person',
	    parent_id: 1});

	const answer = expect(await get('/dashboard'), 200);
	const {json} = answer;

	assert.equal(json.occasion.id, 1);
	assert.equal(json.occasion.days_left, 10);
	assert.deepEqual(json.pipeline, {idea: 2, selected: 0, purchased: 1,
	    received: 1});
	assert.deepEqual(json.people.map((p) => [p.person_id, p.occasion_id]),
	    [[1, 2], [3, 2]]);
	assert.deepEqual(json.ideas.map((i) => [i.id, i.gift.name]),
	    [[4, 'Concert ticket'], [2, 'Concert ticket']]);
	assert.deepEqual(json.activity.map((a) => [a.event, a.entity_type,
	    a.entity_id, a.title, a.user_id, a.user_name]), [
	    ['COMMENT_ADDED', 'comment', 2, 'Nice.', user.id, 'Ursula User'],
	    ['ADDED', 'list_item', 4, 'Concert ticket', user.id,
	    'Ursula User'],
	    ['STATUS_CHANGED', 'list_item', 1, 'Puzzle box', user.id,
	    'Ursula User']]);
	expect(await get('/dashboard',
	    {'If-None-Match': answer.headers.etag}), 304);

	for (let i = 0; i < 25; i++)
		await put('/list-items/1', {quantity: i + 1});
	assert.equal((await happened()).length, 20);
	sql('DELETE FROM occasion_persons;' +
	    " DELETE FROM occasions WHERE name = 'Far';" +
	    ' UPDATE occasions SET date = current_date - 2');

	const later = expect(await get('/dashboard'), 200).json;

	assert.equal(later.occasion, null);
	assert.deepEqual(later.people, []);
});
