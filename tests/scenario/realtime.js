#!/usr/bin/env node
// What sockets of /ws are told of changes; on two workers, by
// tools/with-server.
'use strict';
const assert = require('assert/strict');
const {sql, story, tellAll} = require('./story');
const {admin, api, expect, jwt, learnRegistry, now, reader, user} =
    require('./client');
const {Socket} = require('./socket');

const {hostname, port} = new URL(process.env.BASE_URL);
let sockets = [];

function socket(path, headers = {}) {
	const s = new Socket(Number(port), path, headers);

	assert.equal(hostname, '127.0.0.1');
	s.ignores = (m) => m.event === 'PRESENCE';
	sockets.push(s);
	return s;
}

async function open(who) {
	const s = socket(`/ws?token=${who.token}`);

	assert.equal(await s.opened, 101);
	return s;
}

async function subscribe(s, topic) {
	const m = await s.ask({action: 'subscribe', topic});

	assert.deepEqual(m, {action: 'subscribed', topic});
}

async function isRefused(s, topic, code) {
	const m = await s.ask({action: 'subscribe', topic});

	assert.equal(m.code, code, JSON.stringify(m));
}

function call(method, path, body, who = user) {
	return api(method, path, {token: who.token, body});
}

async function done(method, path, body, who = user) {
	const answer = await call(method, path, body, who);

	assert.ok(answer.status < 300, answer.text);
	return answer.json;
}

function event(topic, name) {
	return (m) => m.topic === topic && m.event === name;
}

// Everything that an event must have (S3-58, S3-75).
function isWhole(m, payload, who = user) {
	assert.deepEqual(Object.keys(m).sort(), ['data', 'event', 'topic']);
	assert.deepEqual(Object.keys(m.data).sort(),
	    ['entity_id', 'payload', 'timestamp', 'user_id']);
	assert.equal(m.data.entity_id, String(payload.id));
	assert.equal(m.data.user_id, String(who.id));
	assert.match(m.data.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*Z$/);
	assert.deepEqual(m.data.payload, payload);
}

// Nothing has come but the answer.
async function isSilent(s) {
	assert.deepEqual(await s.ask({action: 'ping'}), {action: 'pong'});
	assert.deepEqual(s.messages, []);
}

function tell(name, steps) {
	story(name, async () => {
		try {
			await steps();
		} finally {
			for (const s of sockets.splice(0))
				s.cut();
		}
	});
}

// Sockets of both workers, as far as chance has it.
async function openMany(topic, n = 8) {
	const many = await Promise.all(Array.from({length: n}, () =>
	    open(reader)));

	for (const s of many)
		await subscribe(s, topic);
	return many;
}

tell('changes of items reach all who watch the list', async () => {
	const many = await openMany('list:1');
	const all = await open(user);

	await subscribe(all, 'list-items:all');

	const item = await done('POST', '/lists/1/items', {gift_id: 1});
	const path = `/list-items/${item.id}`;
	const changed = await done('PUT', path, {notes: 'Blue.'});
	const selected = await done('PUT', `${path}/status`,
	    {status: 'selected'});
	const assigned = await done('PUT', `${path}/assign`,
	    {assigned_to_id: 1});

	await done('DELETE', path);
	for (const [s, topic] of [...many.map((m) => [m, 'list:1']),
	    [all, 'list-items:all']]) {
		for (const [name, payload] of [['ADDED', item],
		    ['UPDATED', changed], ['STATUS_CHANGED', selected],
		    ['ASSIGNED', assigned], ['DELETED', assigned]]) {
			const m = await s.next();

			assert.equal(m.topic, topic);
			assert.equal(m.event, name);
			isWhole(m, payload);
		}
		await isSilent(s);
	}
});

tell('what is refused is no event', async () => {
	const s = await open(user);

	await subscribe(s, 'list:1');
	expect(await call('POST', '/lists/1/items', {gift_id: 999}), 404,
	    'GIFT_NOT_FOUND');
	expect(await call('PUT', '/list-items/1/status', {status: 'idea'}),
	    400, 'INVALID_STATE_TRANSITION');
	expect(await call('PUT', '/list-items/1/assign',
	    {assigned_to_id: 999}), 404, 'USER_NOT_FOUND');
	await isSilent(s);
});

tell('comments reach those who watch what they are about', async () => {
	const [list, item] = [await open(user), await open(reader)];

	await subscribe(list, 'comments:list:1');
	await subscribe(item, 'comments:list_item:1');

	const comment = await done('POST', '/comments',
	    {parent_type: 'list_item', parent_id: 1, content: 'Nice.'});
	const m = await item.next(event('comments:list_item:1',
	    'COMMENT_ADDED'));

	isWhole(m, comment);
	await isSilent(list);
});

tell('lists and persons of an occasion', async () => {
	const s = await open(user);

	await subscribe(s, 'occasion:1');

	const list = await done('POST', '/lists', {name: 'New', type: 'ideas',
	    occasion_id: 1});

	isWhole(await s.next(event('occasion:1', 'ADDED')), list);

	const occasion = await done('PUT', '/occasions/1', {person_ids: [2]});

	isWhole(await s.next(event('occasion:1', 'UPDATED')), occasion);
	await done('DELETE', `/lists/${list.id}`);
	isWhole(await s.next(event('occasion:1', 'DELETED')), list);
	await isSilent(s);
});

tell('a list that leaves an occasion', async () => {
	const s = await open(user);

	await subscribe(s, 'occasion:1');
	await subscribe(s, 'occasion:2');
	for (const [body, was, is] of [[{occasion_id: 2}, 1, 2],
	    [{occasion_id: null}, 2], [{occasion_id: 1}, undefined, 1],
	    [{visibility: 'private'}, 1], [{occasion_id: 2}],
	    [{visibility: 'family'}, undefined, 2]]) {
		const before = await done('GET', '/lists/1');

		await done('PUT', '/lists/1', body);
		if (is !== undefined)
			await s.next(event(`occasion:${is}`, 'UPDATED'));
		if (was !== undefined)
			assert.equal((await s.next(event(`occasion:${was}`,
			    'DELETED'))).data.payload.updated_at,
			    before.updated_at);
	}
	await isSilent(s);
});

tell('what is meant for a person', async () => {
	const s = await open(user);
	const list = await done('POST', '/lists', {name: 'For her',
	    type: 'wishlist', person_id: 1});

	await subscribe(s, 'person:1');

	const item = await done('POST', `/lists/${list.id}/items`,
	    {gift_id: 1});

	isWhole(await s.next(event('person:1', 'ADDED')), item);
	await isSilent(s);
});

tell('what becomes of a person', async () => {
	const s = await open(user);
	const {created_at, updated_at, history, relationships, ...rest} =
	    await done('GET', '/persons/3');

	for (const topic of ['person:3', 'occasion:2'])
		await subscribe(s, topic);

	const person = await done('PUT', '/persons/3', {notes: 'New'});

	assert.deepEqual(person, {...rest, notes: 'New', created_at,
	    updated_at: person.updated_at});
	isWhole(await s.next(event('person:3', 'UPDATED')), person);
	await done('DELETE', '/persons/3');

	const {summary, ...occasion} = await done('GET', '/occasions/2');

	isWhole(await s.next(event('occasion:2', 'UPDATED')), occasion);
	isWhole(await s.next(event('person:3', 'DELETED')), person);
	expect(await call('DELETE', '/persons/1'), 400, 'HAS_DEPENDENCIES');
	await isSilent(s);
});

tell('a private list is for its owner and for administrators', async () => {
	const list = await done('POST', '/lists', {name: 'Mine', type: 'ideas',
	    visibility: 'private', person_id: 1, occasion_id: 1});
	const topic = `list:${list.id}`;
	const [own, chief, other] = [await open(user), await open(admin),
	    await open(reader)];

	await subscribe(own, topic);
	await subscribe(chief, topic);
	await subscribe(own, `comments:${topic}`);
	await isRefused(other, topic, 'TOPIC_NOT_FOUND');
	await isRefused(other, `comments:${topic}`, 'TOPIC_NOT_FOUND');
	for (const all of ['person:1', 'occasion:1', 'list-items:all'])
		await subscribe(other, all);

	const item = await done('POST', `/lists/${list.id}/items`,
	    {gift_id: 1});

	for (const s of [own, chief])
		isWhole(await s.next(event(topic, 'ADDED')), item);
	await done('POST', '/comments', {parent_type: 'list',
	    parent_id: list.id, content: 'Psst.'});
	await own.next(event(`comments:${topic}`, 'COMMENT_ADDED'));
	await isSilent(other);
	// Once it is no secret others may watch, until it is one again.
	await done('PUT', `/lists/${list.id}`, {visibility: 'family'});
	await other.next(event('occasion:1', 'UPDATED'));
	await subscribe(other, topic);
	await subscribe(other, `comments:${topic}`);
	await done('PUT', `/list-items/${item.id}`, {notes: 'Seen.'});
	await other.next(event(topic, 'UPDATED'));
	other.messages.splice(0);
	await done('PUT', `/lists/${list.id}`, {visibility: 'private'});
	await other.next(event('occasion:1', 'DELETED'));
	await done('PUT', `/list-items/${item.id}`, {notes: 'Unseen.'});
	await done('POST', '/comments', {parent_type: 'list',
	    parent_id: list.id, content: 'Psst.'});
	await own.next((m) => m.data?.payload.notes === 'Unseen.');
	await isSilent(other);
});

tell('there are topics of what there is', async () => {
	const s = await open(user);

	for (const topic of ['list:999', 'occasion:999', 'person:999',
	    'comments:gift:999', 'comments:list_item:999'])
		await isRefused(s, topic, 'TOPIC_NOT_FOUND');
	for (const topic of ['list', 'list:', 'list:0', 'list:1x', 'list:-1',
	    'gift:1', 'comments:user:1', 'comments:1', 'list-items:1',
	    'list:1234567890123456789', '', 'list:1\n'])
		await isRefused(s, topic, 'VALIDATION_ERROR');
	for (const text of ['{"action":"subscribe"}', '{"action":"subscribe",' +
	    '"topic":null}', '{"action":"subscribe","topic":7}', '{}'])
		assert.equal((await s.ask(text)).code, 'VALIDATION_ERROR');
	for (const topic of ['list:1', 'occasion:1', 'person:1',
	    'list-items:all', 'comments:list:1', 'comments:gift:1'])
		await subscribe(s, topic);
	assert.deepEqual(await s.ask({action: 'unsubscribe', topic: 'list:1'}),
	    {action: 'unsubscribed', topic: 'list:1'});
	assert.deepEqual(await s.ask({action: 'unsubscribe', topic: null}),
	    {action: 'unsubscribed'});
	await done('POST', '/lists/1/items', {gift_id: 1});
	await isSilent(s);
});

tell('fifty topics are enough for a socket', async () => {
	const s = await open(user);

	sql('INSERT INTO persons (id, name) SELECT n, n ' +
	    'FROM generate_series(101, 151) AS n');
	for (let id = 101; id <= 150; id++)
		await subscribe(s, `person:${id}`);
	await isRefused(s, 'person:151', 'TOO_MANY_TOPICS');
	await subscribe(s, 'person:120');
});

tell('each way to prove who calls', async () => {
	const ways = [
		['/ws', {Authorization: `Bearer ${user.token}`}],
		['/ws', {'X-API-Key': user.key}],
		['/ws', {Cookie: `session_token=${user.cookie}`,
		    'Sec-Fetch-Site': 'same-origin'}],
		[`/ws?token=${user.token}`, {}],
	];

	for (const [path, headers] of ways) {
		const s = socket(path, headers);

		assert.equal(await s.opened, 101);
		await subscribe(s, 'list:1');
	}
	for (const [path, headers, reason] of [['/ws', {}],
	    ['/ws?token=x', {}], ['/ws?token=', {}],
	    [`/ws?token=${user.expired}`, {}],
	    ['/ws', {Authorization: 'Bearer x'}],
	    [`/ws?token=${user.token}`, {Authorization: 'Bearer x'}],
	    ['/ws', {Cookie: 'session_token=x',
		'Sec-Fetch-Site': 'same-origin'}],
	    // Another site's page has the browser send the cookie.
	    ['/ws', {Cookie: `session_token=${user.cookie}`,
		Origin: 'https://other.example',
		'Sec-Fetch-Site': 'cross-site'}, 'Permission denied']]) {
		const s = socket(path, headers);

		assert.equal(await s.opened, 101);
		assert.equal(await s.ended, 4001, path);
		assert.equal(s.reason, reason ?? 'Unauthorized');
	}
});

tell('a socket ends with its token', async () => {
	const s = await open({token: jwt({...user.claims, exp: now() + 2})});

	await subscribe(s, 'list:1');
	assert.equal(await s.ended, 4001);
	assert.equal(s.reason, 'Unauthorized');
});

tell('who is there', async () => {
	const [one, two] = [await open(user), await open(admin)];
	one.ignores = two.ignores = () => false;

	const present = (...names) => (m) => m.event === 'PRESENCE' &&
	    m.topic === 'list:1' && JSON.stringify(m.data.users.map(
	    (u) => u.name)) === JSON.stringify(names);

	await subscribe(one, 'list:1');
	await one.next(present('Ursula User'));
	await subscribe(two, 'list:1');
	for (const s of [one, two])
		await s.next(present('Ada Admin', 'Ursula User'));
	two.close();
	await one.next(present('Ursula User'));
});

learnRegistry().then(() => tellAll());
