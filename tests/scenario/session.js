// Sessions: refresh tokens, cookies, and their end.
'use strict';
const assert = require('assert/strict');
const {sql, story} = require('./story');
const {admin, api, base, begin, call, cookieOf, expect, refresh, user} =
    require('./client');

const allowed = 'http://localhost:3000';

function me(options) {
	return api('GET', '/auth/me', options);
}

// Whether each way into a session is shut.
async function expectEnded({token, cookie, refresh: left}) {
	expect(await me({token}), 401, 'UNAUTHORIZED');
	expect(await me({cookie}), 401, 'UNAUTHORIZED');
	expect(await refresh(left), 401, 'INVALID_REFRESH_TOKEN');
}

story('log out: the session with its tokens is over', async () => {
	const session = await begin(user);
	const other = await begin(user);
	const answer = expect(await api('POST', '/auth/logout',
	    {token: session.token}), 200);

	assert.match(answer.headers['set-cookie'][0],
	    /^session_token=; Path=\/; Max-Age=0; HttpOnly; SameSite=Strict/);
	await expectEnded(session);
	expect(await api('POST', '/auth/logout', {token: session.token}), 401,
	    'UNAUTHORIZED');
	expect(await me({token: other.token}), 200);
	expect(await refresh(other.refresh), 200);
});

story('refresh: a session goes on with new tokens', async () => {
	let {refresh: token, cookie} = await begin(user);

	for (let i = 0; i < 3; i++) {
		const answer = expect(await refresh(token), 200);

		assert.notEqual(answer.json.refresh_token, token);
		assert.equal(answer.json.user.id, user.id);
		expect(await me({token: answer.json.access_token}), 200);
		expect(await me({cookie}), 401, 'UNAUTHORIZED');
		({refresh_token: token} = answer.json);
		cookie = cookieOf(answer);
		expect(await me({cookie}), 200);
	}
});

story('a refresh token that is used again ends its whole session',
    async () => {
	const first = await begin(user);
	const other = await begin(user);
	const second = expect(await refresh(first.refresh), 200);
	const third = expect(await refresh(second.json.refresh_token), 200);

	expect(await refresh(first.refresh), 401, 'INVALID_REFRESH_TOKEN');
	await expectEnded({token: third.json.access_token,
	    cookie: cookieOf(third), refresh: third.json.refresh_token});
	expect(await me({token: second.json.access_token}), 401,
	    'UNAUTHORIZED');
	expect(await me({token: other.token}), 200);
	expect(await refresh(other.refresh), 200);
});

story('of several refreshes with one token one wins', async () => {
	for (let round = 0; round < 3; round++) {
		const {refresh: token} = await begin(user);
		const answers = await Promise.all(
		    Array.from({length: 8}, () => refresh(token)));
		const won = answers.filter((a) => a.status === 200);

		assert.equal(won.length, 1);
		for (const answer of answers.filter((a) => a !== won[0]))
			expect(answer, 401, 'INVALID_REFRESH_TOKEN');
		// The other seven were presented a second time.
		expect(await me({token: won[0].json.access_token}), 401,
		    'UNAUTHORIZED');
	}
});

story('refresh by access token, by cookie, and by a token in a cookie',
    async () => {
	const session = await begin(user);

	expect(await api('POST', '/auth/refresh', {token: session.token}),
	    200);
	expect(await api('POST', '/auth/refresh', {headers:
	    {Cookie: `refresh_token=${user.refresh}`}}), 200);
	expect(await api('POST', '/auth/refresh', {cookie: admin.cookie}),
	    403, 'PERMISSION_DENIED');
	expect(await api('POST', '/auth/refresh',
	    {cookie: admin.cookie, origin: allowed}), 200);
	expect(await api('POST', '/auth/refresh'), 401,
	    'INVALID_REFRESH_TOKEN');
});

story('an old access token does not stop a refresh', async () => {
	const old = [{token: user.expired}, {token: 'x.y.z'},
	    {cookie: 'x'.repeat(43), origin: allowed},
	    {headers: {Authorization: 'Basic dXNlcjpwYXNz'}}];
	let token = user.refresh;

	for (const options of old) {
		const answer = expect(await refresh(token, options), 200);

		assert.equal(answer.json.user.id, user.id);
		token = answer.json.refresh_token;
	}
	for (const options of old)
		expect(await api('POST', '/auth/refresh', options), 401,
		    'INVALID_REFRESH_TOKEN');
});

story('where anybody may call, a wrong credential gives no rights',
    async () => {
	const body = {email: 'new@example.org', password: 'a-long-password'};

	for (const options of [{token: admin.expired}, {token: 'x.y.z'},
	    {cookie: 'x'.repeat(43), origin: allowed}, {key: 'none'}])
		expect(await api('POST', '/auth/register', {...options, body}),
		    401, 'UNAUTHORIZED');
	assert.equal(sql('SELECT count(*) FROM users'), '3');
});

story('refresh tokens that are expired, unknown or too short', async () => {
	sql('UPDATE refresh_tokens SET expires_at = now()');
	expect(await refresh(user.refresh), 401, 'INVALID_REFRESH_TOKEN');
	expect(await refresh('x'.repeat(43)), 401, 'INVALID_REFRESH_TOKEN');
	expect(await refresh('x'.repeat(42)), 422, 'VALIDATION_ERROR');
	expect(await refresh(user.refresh, {token: admin.token}), 401,
	    'INVALID_REFRESH_TOKEN');
});

story('the cookie of a session is out of reach for scripts and other sites',
    async () => {
	const answer = await api('POST', '/auth/login',
	    {body: {email: user.email, password: user.password}});
	const [cookie, ...more] = answer.headers['set-cookie'];
	const attributes = cookie.split('; ');

	assert.equal(more.length, 0);
	assert.match(attributes[0], /^session_token=[A-Za-z0-9_-]{43}$/);
	for (const name of ['HttpOnly', 'SameSite=Strict', 'Path=/',
	    'Max-Age=28800'])
		assert.ok(attributes.includes(name), cookie);
	assert.ok(!/domain/i.test(cookie), cookie);
	expect(await me({cookie: cookieOf(answer)}), 200);
});

story('a change by cookie comes from a page that may', async () => {
	const body = {name: 'Somebody'};
	const create = (headers) => api('POST', '/persons',
	    {cookie: user.cookie, headers, body});

	for (const headers of [{}, {Origin: 'https://evil.example'},
	    {Origin: 'null'}, {Origin: 'x'},
	    {Origin: `${allowed}.evil.example`},
	    {Origin: `${base.origin}@evil.example`},
	    {Origin: `http://${base.hostname}`},
	    {'Sec-Fetch-Site': 'cross-site'}, {'Sec-Fetch-Site': 'same-site'},
	    {'Sec-Fetch-Site': 'none'}, {Referer: base.href}])
		expect(await create(headers), 403, 'PERMISSION_DENIED');
	for (const headers of [{Origin: allowed}, {Origin: base.origin},
	    {'Sec-Fetch-Site': 'same-origin'}])
		expect(await create(headers), 201);
	assert.equal(sql('SELECT count(*) FROM persons'), '6');
	expect(await api('GET', '/persons', {cookie: user.cookie}), 200);
});

story('logging out by cookie needs a page that may, too', async () => {
	const options = {cookie: user.cookie};

	expect(await api('POST', '/auth/logout', options), 403,
	    'PERMISSION_DENIED');
	expect(await me(options), 200);
	expect(await api('POST', '/auth/logout', {...options,
	    origin: allowed}), 200);
	expect(await me(options), 401, 'UNAUTHORIZED');
});

story('a cookie ends with its time, without a write', async () => {
	sql('UPDATE auth_sessions SET cookie_expires_at = now()');
	expect(await me({cookie: user.cookie}), 401, 'UNAUTHORIZED');
	expect(await me({token: user.token}), 200);
});

story('a token decides, whatever else is sent along', async () => {
	const answer = expect(await me({token: user.token,
	    cookie: admin.cookie, key: admin.key}), 200);

	assert.equal(answer.json.id, user.id);
	expect(await me({token: user.expired, cookie: admin.cookie,
	    key: admin.key}), 401, 'UNAUTHORIZED');
	expect(await me({cookie: 'x', key: admin.key}), 401, 'UNAUTHORIZED');
	expect(await me({headers: {Authorization: 'Basic eDp5'},
	    cookie: admin.cookie, key: admin.key}), 401, 'UNAUTHORIZED');
	// A page that sends a token is not forged: no other site knows it.
	expect(await api('POST', '/persons', {token: user.token,
	    cookie: user.cookie, body: {name: 'Somebody'}}), 201);
});

story('whoever needs no credential may send a wrong one', async () => {
	expect(await call('GET', '/health', {token: user.expired,
	    cookie: 'x', key: 'x'}), 200);
});
