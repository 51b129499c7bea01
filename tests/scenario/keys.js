// API keys that users make.
'use strict';
const assert = require('assert/strict');
const {sql, story} = require('./story');
const {addSecret, admin, api, expect, reader, user} = require('./client');

const path = '/auth/api-keys';

function me(key) {
	return api('GET', '/auth/me', {key});
}

async function make(body, who = user) {
	const answer = await api('POST', path, {token: who.token,
	    body: {name: 'a program', ...body}});

	addSecret(answer.json.key);
	return answer;
}

async function list(who = user, query = '') {
	return expect(await api('GET', path + query, {token: who.token}),
	    200).json;
}

story('a key is shown once, and kept as a hash', async () => {
	const {json} = expect(await make({name: '  Kitchen tablet  '}), 201);
	const keys = await list();
	const dump = sql('SELECT * FROM api_keys');

	assert.match(json.key, /^[A-Za-z0-9_-]{43}$/);
	assert.equal(json.prefix, json.key.slice(0, 8));
	assert.equal(json.name, 'Kitchen tablet');
	assert.equal(json.expires_at, null);
	assert.deepEqual(json.scopes, []);
	assert.deepEqual(keys.data.map((k) => k.prefix),
	    ['example-', json.prefix]);
	assert.ok(!JSON.stringify(keys).includes(json.key));
	assert.ok(!dump.includes(json.key));
	assert.equal(sql('SELECT count(*) FROM api_keys WHERE key_hash =' +
	    ` encode(sha256('${json.key}'), 'hex')`), '1');
	assert.equal(expect(await me(json.key), 200).json.id, user.id);
});

story('a key tells when it was used last', async () => {
	const {json} = expect(await make({}), 201);
	const used = async () => (await list()).data.find((k) =>
	    k.id === json.id).last_used_at;

	assert.equal(await used(), null);
	expect(await me(json.key), 200);

	const first = await used();

	assert.ok(Math.abs(Date.parse(first) - Date.now()) < 60000, first);
	expect(await me(json.key), 200);
	assert.equal(await used(), first); // not written at each call
	sql("UPDATE api_keys SET last_used_at = now() - interval '2 minutes'");
	expect(await me(json.key), 200);
	assert.ok(await used() > first);
});

story('a key that was revoked is none', async () => {
	const {json} = expect(await make({}), 201);
	const revoke = (who) => api('DELETE', `${path}/${json.id}`,
	    {token: who.token});

	for (const other of [admin, reader])
		expect(await revoke(other), 404, 'API_KEY_NOT_FOUND');
	expect(await me(json.key), 200);
	expect(await revoke(user), 204);
	expect(await me(json.key), 401, 'UNAUTHORIZED');
	expect(await revoke(user), 404, 'API_KEY_NOT_FOUND');
	assert.ok(!(await list()).data.some((k) => k.id === json.id));
	expect(await api('DELETE', `${path}/1`, {token: user.token}), 422,
	    'VALIDATION_ERROR');
});

story('a key ends with its time', async () => {
	const {json} = expect(await make({expires_at: '2099-12-31T00:00:00Z'}),
	    201);

	assert.equal(json.expires_at, '2099-12-31T00:00:00Z');
	expect(await me(json.key), 200);
	sql(`UPDATE api_keys SET expires_at = now() WHERE uuid = '${json.id}'`);
	expect(await me(json.key), 401, 'UNAUTHORIZED');
	expect(await make({expires_at: '2020-01-01T00:00:00Z'}), 400,
	    'VALIDATION_ERROR');
	expect(await make({expires_at: 'tomorrow'}), 422, 'VALIDATION_ERROR');
});

async function expectRights(key, mayWrite) {
	expect(await api('GET', '/persons', {key}), 200);
	expect(await api('POST', '/persons', {key, body: {name: 'N.'}}),
	    ...(mayWrite ? [201] : [403, 'PERMISSION_DENIED']));
}

story('a key has the rights of its scopes, as far as its user has them',
    async () => {
	const keyOf = async (scopes, who) =>
	    expect(await make({scopes}, who), 201).json.key;

	await expectRights(await keyOf(['read_only'], user), false);
	await expectRights(await keyOf(['user'], user), true);
	await expectRights(await keyOf([], user), true);
	await expectRights(await keyOf(['read_only', 'user'], admin), true);

	const limited = await keyOf(['user'], admin);
	const whole = await keyOf(['admin'], admin);
	const change = (key) => api('PUT', `/users/${reader.id}`, {key,
	    body: {role: 'user'}});

	expect(await change(limited), 403, 'PERMISSION_DENIED');
	expect(await change(whole), 200);
	sql(`UPDATE users SET role = 'read_only' WHERE id = ${admin.id}`);
	await expectRights(whole, false);
	await expectRights(limited, false);
});

story('nobody makes a key with a role above the own one', async () => {
	expect(await make({scopes: ['admin']}), 403, 'PERMISSION_DENIED');
	expect(await make({scopes: ['read_only', 'developer']}), 403,
	    'PERMISSION_DENIED');
	expect(await make({scopes: ['user']}, reader), 403,
	    'PERMISSION_DENIED');
	for (const scopes of [['root'], ['user', 'user'], 'user', [null]])
		expect(await make({scopes}), 422, 'VALIDATION_ERROR');
	assert.equal((await list()).data.length, 1);
});

story('a key makes, lists and revokes no keys', async () => {
	const options = {key: user.key};

	expect(await api('GET', path, options), 401, 'UNAUTHORIZED');
	expect(await api('POST', path, {...options, body: {name: 'x'}}), 401,
	    'UNAUTHORIZED');
	expect(await api('DELETE',
	    `${path}/00000000-0000-4000-8000-0000000000a2`, options), 401,
	    'UNAUTHORIZED');
	expect(await api('POST', path, {cookie: user.cookie,
	    body: {name: 'x'}}), 403, 'PERMISSION_DENIED');
});

story('keys are listed by pages', async () => {
	for (let i = 0; i < 4; i++)
		expect(await make({name: `key ${i}`}), 201);

	const names = [];
	let query = '?page_size=2';

	for (;;) {
		const page = await list(user, query);

		names.push(...page.data.map((k) => k.name));
		assert.equal(page.pagination.total_count, 5);
		if (!page.pagination.has_more)
			break;
		query = `?page_size=2&cursor=${page.pagination.next_cursor}`;
	}
	assert.deepEqual(names,
	    ['tests', 'key 0', 'key 1', 'key 2', 'key 3']);
	assert.equal((await list(reader)).data.length, 1);
});

story('an account has no more than 100 keys', async () => {
	sql("INSERT INTO api_keys (user_id, name, key_hash) SELECT 2, 'x'," +
	    " 'x' || n FROM generate_series(1, 98) n");
	expect(await make({}), 201);
	expect(await make({}), 400, 'VALIDATION_ERROR');
	expect(await make({}, admin), 201);
});
