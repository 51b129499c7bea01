#!/usr/bin/env node
// Logging in by Google; run it by tests/scenario/google.
'use strict';
const assert = require('assert/strict');
const crypto = require('crypto');
const fs = require('fs');
const http = require('http');
const {sql, story, tellAll} = require('./story');
const {addSecret, api, call, expect, learnRegistry, login, secrets, sleep,
    user} = require('./client');

const open = process.env.REGISTRATION_MODE === 'open';

// --- Google ---

// What it answers, and what it was asked.
const google = {};

function reset() {
	Object.assign(google, {
		token: {status: 200, json: {access_token: 'ya29.the-token',
		    expires_in: 3599, token_type: 'Bearer', scope: 'openid'}},
		user: {status: 200, json: {sub: '1101', name: 'Ursula',
		    email: 'User@example.org', email_verified: true}},
		asked: [],
	});
}

function answer(res, way) {
	if (way.hang)
		return;
	if (way.close) {
		res.destroy();
		return;
	}
	res.writeHead(way.status, {'Content-Type': way.type ??
	    'application/json'});
	res.end(way.text ?? JSON.stringify(way.json));
}

const server = http.createServer((req, res) => {
	let body = '';

	req.setEncoding('utf8');
	req.on('data', (part) => { body += part; });
	req.on('end', () => {
		google.asked.push({method: req.method, url: req.url,
		    headers: req.headers, body});
		answer(res, req.url === '/token' ? google.token : google.user);
	});
});

// --- The steps ---

function googleStory(name, steps) {
	story(name, async () => {
		reset();
		await steps();
	});
}

// Where the user is sent, as a URL.
async function init() {
	const {json} = expect(await api('POST', '/auth/gmail-oauth'), 200);
	const url = new URL(json.auth_url);

	addSecret(url.searchParams.get('state'));
	return url;
}

function comeBack(parameters) {
	const query = new URLSearchParams(parameters);

	return api('GET', `/auth/google/callback?${query}`);
}

async function arrive(code = '4/the-code-of-google') {
	const state = (await init()).searchParams.get('state');

	addSecret(code);
	return comeBack({code, state, scope: 'openid', authuser: '0'});
}

function tokenOf(answer) {
	const url = new URL(answer.headers.location);
	const token = url.searchParams.get('token');

	assert.equal(url.href.split('?')[0], 'mynewsletters://auth');
	addSecret(token);
	return token;
}

async function me(token) {
	return expect(await api('GET', '/auth/me', {token}), 200).json;
}

// --- Stories ---

googleStory('the address has all that Google and PKCE ask for', async () => {
	const url = await init();
	const other = await init();
	const get = (name) => url.searchParams.get(name);

	assert.equal(url.origin + url.pathname,
	    'https://accounts.google.example/o/oauth2/v2/auth');
	assert.equal(get('response_type'), 'code');
	assert.equal(get('client_id'), process.env.GMAIL_CLIENT_ID);
	assert.equal(get('redirect_uri'), process.env.GMAIL_REDIRECT_URI);
	assert.deepEqual(get('scope').split(' '), ['openid', 'email',
	    'https://www.googleapis.com/auth/gmail.readonly']);
	assert.equal(get('code_challenge_method'), 'S256');
	assert.match(get('code_challenge'), /^[A-Za-z0-9_-]{43}$/);
	assert.match(get('state'), /^[A-Za-z0-9_-]{43}$/);
	for (const name of ['state', 'code_challenge'])
		assert.notEqual(get(name), other.searchParams.get(name));
	assert.ok(!sql('SELECT state_hash FROM oauth_states')
	    .includes(get('state')));
});

googleStory('the whole way: to Google and back, and on with the token',
    async () => {
	const url = await init();
	const answer = expect(await comeBack({code: '4/the code+&',
	    state: url.searchParams.get('state')}), 302);
	const token = tokenOf(answer);
	const [exchange, info] = google.asked;
	const form = new URLSearchParams(exchange.body);

	assert.equal(google.asked.length, 2);
	assert.equal(exchange.method, 'POST');
	assert.equal(exchange.headers['content-type'],
	    'application/x-www-form-urlencoded');
	assert.deepEqual(Object.fromEntries(form), {
		grant_type: 'authorization_code',
		code: '4/the code+&',
		client_id: process.env.GMAIL_CLIENT_ID,
		client_secret: process.env.GMAIL_CLIENT_SECRET,
		redirect_uri: process.env.GMAIL_REDIRECT_URI,
		code_verifier: form.get('code_verifier'),
	});
	assert.equal(crypto.createHash('sha256')
	    .update(form.get('code_verifier')).digest('base64url'),
	    url.searchParams.get('code_challenge'));
	assert.equal(info.method, 'GET');
	assert.equal(info.url, '/v1/userinfo');
	assert.equal(info.headers.authorization, 'Bearer ya29.the-token');
	assert.equal((await me(token)).id, user.id);
	expect(await api('POST', '/auth/refresh', {token}), 200);
});

googleStory('a state works once, for 10 minutes, and for nobody else',
    async () => {
	const state = (await init()).searchParams.get('state');
	const late = (await init()).searchParams.get('state');
	const tries = await Promise.all([1, 2, 3, 4].map(() =>
	    comeBack({code: 'c', state})));

	assert.deepEqual(tries.map((a) => a.status).sort(),
	    [302, 400, 400, 400]);
	expect(await comeBack({code: 'c', state}), 400, 'OAUTH_STATE_INVALID');
	sql("UPDATE oauth_states SET expires_at = now()");
	expect(await comeBack({code: 'c', state: late}), 400,
	    'OAUTH_STATE_INVALID');
	expect(await comeBack({code: 'c', state: 'x'.repeat(43)}), 400,
	    'OAUTH_STATE_INVALID');
	assert.equal(google.asked.length, 2);
	await init();
	assert.equal(sql('SELECT count(*) FROM oauth_states'), '1');
});

googleStory('without a code there is nothing but 400', async () => {
	const state = (await init()).searchParams.get('state');

	for (const parameters of [{}, {state}, {state, code: ''}, {code: 'c'},
	    {state, error: 'access_denied'}, {code: 'c', state: 'x'},
	    {code: 'x'.repeat(3000), state}]) {
		const answer = expect(await comeBack(parameters), 400,
		    'VALIDATION_ERROR');

		assert.ok(answer.json.errors.every((e) =>
		    ['code', 'state'].includes(e.name)));
	}
	assert.equal(google.asked.length, 0);
});

googleStory('who it is at Google decides, once it is known', async () => {
	tokenOf(expect(await arrive(), 302));
	google.user.json.email = 'moved@example.org';
	assert.equal((await me(tokenOf(expect(await arrive(), 302)))).id,
	    user.id);
	google.user.json = {...google.user.json, sub: '2202',
	    email: user.email};
	expect(await arrive(), 403, 'PERMISSION_DENIED');
	assert.equal(sql("SELECT id, google_subject FROM users" +
	    ' WHERE google_subject IS NOT NULL'), '2|1101');
});

googleStory('an address that Google has not verified proves nothing',
    async () => {
	google.user.json.email_verified = false;
	expect(await arrive(), 403, 'PERMISSION_DENIED');
	assert.equal(sql('SELECT count(*) FROM users' +
	    ' WHERE google_subject IS NOT NULL'), '0');
});

googleStory('an account that is not active stays outside', async () => {
	sql('UPDATE users SET is_active = false WHERE id = 2');
	expect(await arrive(), 403, 'PERMISSION_DENIED');
	assert.equal(sql('SELECT count(*) FROM auth_sessions'), '3');
});

googleStory('who has no account gets one where anybody may', async () => {
	google.user.json = {...google.user.json, sub: '3303',
	    email: 'new@example.org'};

	if (!open) {
		expect(await arrive(), 403, 'PERMISSION_DENIED');
		assert.equal(sql('SELECT count(*) FROM users'), '3');
		return;
	}
	const first = await me(tokenOf(expect(await arrive(), 302)));
	const again = await me(tokenOf(expect(await arrive(), 302)));

	assert.equal(first.email, 'new@example.org');
	assert.equal(first.role, 'user');
	assert.equal(again.id, first.id);
	for (const password of ['password', ' '])
		expect(await login({email: first.email, password}), 401,
		    'INVALID_CREDENTIALS');
});

// How often the breaker may be told that it is well again.
async function recover() {
	await sleep(400);
	reset();
	expect(await arrive(), 302);
}

googleStory('what Google answers is not trusted', async () => {
	const wrong = [
		['token', {status: 400, json: {error: 'invalid_grant'}}],
		['token', {status: 200, text: '{"access_token":'}],
		['token', {status: 200, json: {}}],
		['token', {status: 200, json: {access_token: 'a b\r\nX: y'}}],
		['token', {status: 200, text: '<html>', type: 'text/html'}],
		['token', {status: 302, json: {}}],
		['user', {status: 401, json: {}}],
		['user', {status: 200, json: {sub: '1'}}],
		['user', {status: 200, json: {sub: '', email: user.email,
		    email_verified: true}}],
		['user', {status: 200, json: {sub: '1', email: user.email,
		    email_verified: 'true'}}],
		['user', {status: 503, text: ''}],
	];

	for (const [what, way] of wrong) {
		reset();
		google[what] = way;

		const answer = expect(await arrive(), 502, 'GOOGLE_ERROR');

		assert.equal(answer.json.detail,
		    'External service error: google');
	}
	assert.equal(sql('SELECT count(*) FROM users' +
	    ' WHERE google_subject IS NOT NULL'), '0');
	await recover();
});

googleStory('a Google that does not answer is left alone for a while',
    async () => {
	for (const way of [{hang: true}, {close: true}, {close: true}]) {
		reset();
		google.token = way;
		expect(await arrive(), 503, 'GOOGLE_UNAVAILABLE');
	}
	reset();
	expect(await arrive(), 503, 'GOOGLE_UNAVAILABLE');
	assert.equal(google.asked.length, 0);

	const ill = (await call('GET', '/health/detailed')).json;

	assert.equal(ill.status, 'unhealthy');
	assert.equal(ill.checks.database.status, 'healthy');
	assert.deepEqual(ill.checks.external_apis, {status: 'unhealthy',
	    services: [{name: 'google', breaker: 'open', failures: 3}]});
	await recover();

	const well = expect(await call('GET', '/health/detailed'), 200).json;

	assert.deepEqual(well.checks.external_apis.services,
	    [{name: 'google', breaker: 'closed', failures: 0}]);
});

story('the log has no code, no state, no token and no secret', async () => {
	const log = fs.readFileSync(process.env.SERVER_LOG, 'utf8');

	assert.ok(log.includes('googleOAuthCallback'));
	for (const secret of [...secrets, process.env.GMAIL_CLIENT_SECRET,
	    'ya29.the-token'])
		assert.ok(!log.includes(secret), secret);
});

const {hostname, port} = new URL(process.env.GOOGLE);

server.listen(port, hostname, async () => {
	server.unref();
	await learnRegistry();
	tellAll();
});
