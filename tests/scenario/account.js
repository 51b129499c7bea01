// Accounts: who makes them, who changes them, who logs in.
'use strict';
const assert = require('assert/strict');
const {sql, story} = require('./story');
const {admin, api, begin, expect, login, reader, refresh, user} =
    require('./client');

const grace = {
	email: 'grace@example.org',
	username: 'grace',
	password: 'correct horse battery',
	name: 'Grace Hopper',
};

function register(body, options) {
	return api('POST', '/auth/register', {...options, body});
}

function change(id, body, options) {
	return api('PUT', `/users/${id}`, {...options, body});
}

function me(options) {
	return api('GET', '/auth/me', options);
}

story('the first user of an empty database becomes an administrator',
    async () => {
	sql('DELETE FROM users');

	const made = expect(await register(grace), 201);
	const {token} = await begin(grace);
	const path = `/users/${made.json.id}`;
	const seen = expect(await api('GET', path, {token}), 200);

	assert.equal(made.json.role, 'admin');
	assert.equal(made.headers.location, `/api/v1${path}`);
	assert.deepEqual(seen.json, made.json);
	expect(await register({...grace, email: 'b@example.org',
	    username: 'b_b'}), 401, 'UNAUTHORIZED');
});

story('of several first users at once one gets in', async () => {
	sql('DELETE FROM users');

	const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => register(
	    {email: `first${n}@example.org`, password: grace.password})));
	const statuses = answers.map((a) => a.status).sort();

	assert.deepEqual(statuses, [201, 401, 401, 401, 401]);
	assert.equal(sql('SELECT count(*) FROM users'), '1');
});

story('the first user gets no more than an administrator', async () => {
	sql('DELETE FROM users');

	const made = expect(await register({...grace, role: 'super_admin'}),
	    201);

	assert.equal(made.json.role, 'admin');
});

story('later accounts are made by administrators only', async () => {
	expect(await register(grace), 401, 'UNAUTHORIZED');
	for (const who of [user, reader])
		expect(await register(grace, {token: who.token}), 403,
		    'PERMISSION_DENIED');

	const made = expect(await register(grace, {token: admin.token}), 201);

	assert.equal(made.json.role, 'user');
	expect(await login(grace), 200);
});

story('an account has no members but those of the contract', async () => {
	for (const extra of [{id: 1}, {is_active: false}, {password_hash: 'x'}])
		expect(await register({...grace, ...extra},
		    {token: admin.token}), 422, 'VALIDATION_ERROR');
	expect(await change(user.id, {uuid: admin.claims.sub},
	    {token: admin.token}), 422, 'VALIDATION_ERROR');
});

story('log in by e-mail address and by user name, in any case', async () => {
	const {password} = user;

	for (const name of [{email: 'user@example.org'},
	    {email: 'USER@Example.org'}, {username: 'user'},
	    {username: 'USER'}, {email: 'user@example.org', username: 'x'}]) {
		const answer = expect(await api('POST', '/auth/login',
		    {body: {...name, password}}), 200);

		assert.equal(answer.json.user.id, user.id);
		assert.equal(answer.json.token_type, 'Bearer');
		expect(await me({token: answer.json.access_token}), 200);
	}
});

story('tokens are not to be kept by caches', async () => {
	const answer = await login(user);

	assert.equal(answer.headers['cache-control'], 'no-store');
	assert.equal((await refresh(answer.json.refresh_token))
	    .headers['cache-control'], 'no-store');
	assert.equal((await me({key: user.key})).headers['cache-control'],
	    'no-store');
});

story('a wrong password and an unknown name look alike', async () => {
	const wrong = expect(await login({...user, password: 'x'.repeat(20)}),
	    401, 'INVALID_CREDENTIALS');
	const unknown = expect(await login({...user, email: 'no@example.org'}),
	    401, 'INVALID_CREDENTIALS');

	assert.equal(wrong.json.detail, unknown.json.detail);
	assert.ok(unknown.ms > wrong.ms / 4,
	    `an unknown name takes ${unknown.ms} ms, a known ${wrong.ms} ms`);
});

story('a password counts to its last byte', async () => {
	const long = 'long '.repeat(40);

	for (const [password, other] of [
	    [`${long}1`, `${long}2`],
	    ['before\u0000after', 'before\u0000other'],
	    ['\u00e4\u{1f511}'.repeat(20), '\u00e4\u{1f511}'.repeat(19)],
	]) {
		const email = `p${password.length}@example.org`;

		expect(await register({email, password},
		    {token: admin.token}), 201);
		expect(await login({email, password}), 200);
		expect(await login({email, password: other}), 401,
		    'INVALID_CREDENTIALS');
	}
});

story('an e-mail address and a user name belong to one account', async () => {
	const options = {token: admin.token};

	expect(await register({...grace, email: 'USER@example.org'}, options),
	    400, 'VALIDATION_ERROR');
	expect(await register({...grace, username: 'Reader'}, options), 400,
	    'DUPLICATE_RESOURCE');
	expect(await change(user.id, {username: 'READER'}, options), 400,
	    'DUPLICATE_RESOURCE');

	const both = await Promise.all([register(grace, options),
	    register(grace, options)]);

	assert.deepEqual(both.map((a) => a.status).sort(), [201, 400]);
});

story('a change keeps what is left out and clears what is null', async () => {
	const options = {token: user.token};
	const before = expect(await me(options), 200).json;
	const named = expect(await change(user.id, {name: 'U. User'}, options),
	    200).json;
	const cleared = expect(await change(user.id,
	    {name: null, username: null}, options), 200).json;

	assert.deepEqual({...named, updated_at: before.updated_at},
	    {...before, name: 'U. User'});
	assert.equal(cleared.name, null);
	assert.equal(cleared.username, null);
	assert.equal(cleared.email, user.email);
	assert.ok(cleared.updated_at > before.updated_at);
});

story('users leave each other alone', async () => {
	for (const who of [user, reader]) {
		const other = who === user ? reader : user;
		const options = {token: who.token};

		expect(await api('DELETE', `/users/${other.id}`, options), 403,
		    'PERMISSION_DENIED');
		expect(await change(other.id, {name: 'Mine'}, options), 403,
		    'PERMISSION_DENIED');
		expect(await me({token: other.token}), 200);
	}
});

story('nobody gives a role above the own one', async () => {
	expect(await change(user.id, {role: 'admin'}, {token: user.token}),
	    403, 'PERMISSION_DENIED');
	expect(await change(reader.id, {role: 'user'}, {token: reader.token}),
	    403, 'PERMISSION_DENIED');
	expect(await change(user.id, {is_active: true}, {token: user.token}),
	    403, 'PERMISSION_DENIED');
	expect(await change(admin.id, {role: 'super_admin'},
	    {token: admin.token}), 403, 'PERMISSION_DENIED');
	expect(await register({...grace, role: 'super_admin'},
	    {token: admin.token}), 403, 'PERMISSION_DENIED');
	assert.equal(sql("SELECT string_agg(role, ',' ORDER BY id) FROM users"),
	    'admin,user,read_only');
});

story('an administrator has no power over a super_admin', async () => {
	sql("UPDATE users SET role = 'super_admin' WHERE id = 2");

	const options = {token: admin.token};

	expect(await api('DELETE', '/users/2', options), 403,
	    'PERMISSION_DENIED');
	for (const body of [{email: 'mine@example.org'}, {role: 'user'},
	    {is_active: false}])
		expect(await change(2, body, options), 403,
		    'PERMISSION_DENIED');
	expect(await change(1, {role: 'super_admin'}, {token: user.token}),
	    200);
});

story('a change of the role holds at once', async () => {
	const person = {name: 'Somebody'};
	const create = (who) => api('POST', '/persons',
	    {token: who.token, body: person});

	expect(await create(reader), 403, 'PERMISSION_DENIED');
	expect(await change(reader.id, {role: 'developer'},
	    {token: admin.token}), 200);
	expect(await create(reader), 201);
	expect(await change(admin.id, {role: 'read_only'},
	    {token: admin.token}), 200);
	expect(await create(admin), 403, 'PERMISSION_DENIED');
	expect(await register(grace, {token: admin.token}), 403,
	    'PERMISSION_DENIED');
});

story('an account that is not active is refused everywhere', async () => {
	const active = (is_active) => change(user.id, {is_active},
	    {token: admin.token});
	const credentials = [{token: user.token}, {cookie: user.cookie},
	    {key: user.key}];

	expect(await active(false), 200);
	for (const options of credentials)
		expect(await me(options), 401, 'UNAUTHORIZED');
	expect(await login(user), 401, 'INVALID_CREDENTIALS');
	expect(await refresh(user.refresh), 401, 'INVALID_REFRESH_TOKEN');

	expect(await active(true), 200);
	for (const options of credentials)
		expect(await me(options), 200);
});

story('a user who is deleted takes all credentials along', async () => {
	const path = `/users/${user.id}`;

	expect(await api('DELETE', path, {token: user.token}), 204);
	for (const options of [{token: user.token}, {cookie: user.cookie},
	    {key: user.key}])
		expect(await me(options), 401, 'UNAUTHORIZED');
	expect(await refresh(user.refresh), 401, 'INVALID_REFRESH_TOKEN');
	expect(await login(user), 401, 'INVALID_CREDENTIALS');
	for (const method of ['GET', 'DELETE'])
		expect(await api(method, path, {token: admin.token}), 404,
		    'USER_NOT_FOUND');
});

story('the database has passwords and tokens as hashes only', async () => {
	expect(await register(grace, {token: admin.token}), 201);

	const session = await begin(grace);
	const dump = ['users', 'auth_sessions', 'refresh_tokens', 'api_keys']
	    .map((table) => sql(`SELECT * FROM ${table}`)).join('\n');

	for (const secret of [grace.password, session.token, session.refresh,
	    session.cookie, user.key, user.cookie, user.refresh])
		assert.ok(!dump.includes(secret), secret);
	assert.match(dump, /\|\$2b\$12\$[./A-Za-z0-9]{53}\|/);
	assert.equal(sql('SELECT count(*) FROM refresh_tokens WHERE token_hash' +
	    ` = encode(sha256('${session.refresh}'), 'hex')`), '1');
});
