// A client of the service.  Whatever a story is about, each answer is held to
// what all answers have in common.
'use strict';
const assert = require('assert/strict');
const crypto = require('crypto');
const http = require('http');
const net = require('net');

const base = new URL(process.env.BASE_URL);
const agent = new http.Agent({keepAlive: true});
const rawMsMax = 5000;

// Everything that must never be seen in a log.
const secrets = new Set([process.env.JWT_SECRET,
    /:([^:@/]+)@/.exec(process.env.DATABASE_URL)[1]]);

function addSecret(text) {
	if (typeof text === 'string' && text.length >= 8)
		secrets.add(text);
}

// --- Accounts ---

function base64url(text) {
	return Buffer.from(text).toString('base64url');
}

function now() {
	return Math.floor(Date.now() / 1000);
}

function signature(text, secret = process.env.JWT_SECRET) {
	return crypto.createHmac('sha256', secret).update(text)
	    .digest('base64url');
}

// A token (RFC 7519) of any claims.
function jwt(claims, header = {alg: 'HS256', typ: 'JWT'}, secret) {
	const text = base64url(JSON.stringify(header)) + '.' +
	    base64url(JSON.stringify(claims));

	return `${text}.${signature(text, secret)}`;
}

// A user of the fixtures.
function account(id, name) {
	const claims = {
		sub: `00000000-0000-4000-8000-00000000000${id}`,
		sid: id,
		iat: now(),
		exp: now() + 900,
	};

	return {
		id,
		claims,
		email: `${name}@example.org`,
		username: name,
		password: `example-password-${id}`,
		token: jwt(claims),
		expired: jwt({...claims, exp: now() - 1}),
		cookie: `example-session-of-user-${id}`,
		key: `example-key-of-user-${id}`,
		refresh: base64url(`example-refresh-token-of-user-${id}!`),
	};
}

const admin = account(1, 'admin');
const user = account(2, 'user');
const reader = account(3, 'reader');

// --- What all answers have in common ---

const reserved = new Set(['about:blank']);

function inspectProblem(answer) {
	const problem = answer.json;
	const say = `${answer.call}: ${answer.text}`;
	const entry = registry?.[problem.code];

	assert.equal(answer.headers['content-type'],
	    'application/problem+json', say);
	assert.ok(reserved.has(problem.type), say);
	assert.equal(problem.status, answer.status, say);
	assert.equal(problem.instance, answer.path.split('?')[0], say);
	assert.equal(problem.trace_id, answer.headers['x-request-id'], say);
	assert.equal(problem.code, answer.headers['x-error-code'], say);
	if (registry !== null) {
		assert.ok(entry, `${say}: the registry has no such code`);
		assert.equal(problem.title, entry.title, say);
		assert.ok([entry.status].flat().includes(answer.status), say);
	}
}

function inspect(answer) {
	const {call, headers, status} = answer;

	assert.notEqual(status, 500, `${call}: ${answer.text}`);
	assert.match(headers['x-request-id'] ?? '', /^[A-Za-z0-9._-]{1,64}$/,
	    call);
	assert.equal(headers['x-content-type-options'], 'nosniff', call);
	assert.equal(headers['x-frame-options'], 'DENY', call);
	assert.equal(headers['referrer-policy'], 'no-referrer', call);
	if (status === 401)
		assert.match(headers['www-authenticate'] ?? '', /^Bearer/,
		    call);
	if (status >= 400 && !answer.path.startsWith('/health'))
		inspectProblem(answer);
}

// --- Calls ---

function requestOptions(method, path, o) {
	const headers = {...o.headers};

	if (o.token !== undefined)
		headers.Authorization = `Bearer ${o.token}`;
	if (o.cookie !== undefined)
		headers.Cookie = `session_token=${o.cookie}`;
	if (o.key !== undefined)
		headers['X-API-Key'] = o.key;
	if (o.origin !== undefined)
		headers.Origin = o.origin;
	if (o.body !== undefined)
		headers['Content-Type'] ??= 'application/json';
	return {host: base.hostname, port: base.port, method, path, headers,
	    agent};
}

function bodyBytes(body) {
	if (body === undefined || typeof body === 'string' ||
	    Buffer.isBuffer(body))
		return body;
	addSecret(body.password);
	return JSON.stringify(body);
}

function send(options, body) {
	return new Promise((resolve, reject) => {
		const request = http.request(options, (response) => {
			const parts = [];

			response.on('data', (part) => parts.push(part));
			response.on('end', () => resolve([response,
			    Buffer.concat(parts).toString('utf8')]));
			response.on('error', reject);
		});

		request.on('error', reject);
		request.end(body);
	});
}

// Calls any path of the server.  Options: token, cookie, key, origin, headers
// and body, which is sent as it is if it is a text, else as JSON.
async function call(method, path, options = {}) {
	const began = performance.now();
	const [response, text] = await send(requestOptions(method, path,
	    options), bodyBytes(options.body));
	const json = /[/+]json$/.test(response.headers['content-type'] ?? '');
	const answer = {
		call: `${method} ${path}`,
		path,
		status: response.statusCode,
		headers: response.headers,
		text,
		json: json && method !== 'HEAD' ? JSON.parse(text) : undefined,
		ms: performance.now() - began,
	};

	for (const secret of [options.token, options.cookie, options.key,
	    answer.json?.access_token, answer.json?.refresh_token,
	    cookieOf(answer)])
		addSecret(secret);
	inspect(answer);
	return answer;
}

// Calls a business operation.
function api(method, path, options) {
	return call(method, `/api/v1${path}`, options);
}

// Holds an answer to a status, and a refusal also to its code.
function expect(answer, status, code) {
	const say = `${answer.call}: ${answer.status} ${answer.text}`;

	assert.equal(answer.status, status, say);
	assert.equal(answer.headers['x-error-code'], code, say);
	return answer;
}

function login(who) {
	return api('POST', '/auth/login',
	    {body: {email: who.email, password: who.password}});
}

async function begin(who) {
	const answer = expect(await login(who), 200);

	return {
		token: answer.json.access_token,
		refresh: answer.json.refresh_token,
		cookie: cookieOf(answer),
	};
}

function refresh(token, options) {
	return api('POST', '/auth/refresh',
	    {...options, body: {refresh_token: token}});
}

// The value of the cookie that an answer sets.
function cookieOf(answer) {
	return /^session_token=([^;]*)/.exec(
	    answer.headers['set-cookie']?.[0] ?? '')?.[1];
}

// Sends segments of bytes and returns what comes back until the server closes
// the connection, or says nothing more for `idleMs`.
function raw(segments, idleMs = rawMsMax) {
	return new Promise((resolve, reject) => {
		const socket = net.connect(base.port, base.hostname);
		const parts = [];
		const end = () => {
			socket.destroy();
			resolve(Buffer.concat(parts).toString('latin1'));
		};

		socket.setNoDelay(true);
		socket.setTimeout(idleMs, end);
		socket.on('data', (part) => parts.push(part));
		socket.on('end', end);
		socket.on('error', (error) =>
		    parts.length > 0 ? end() : reject(error));
		(async () => {
			for (const segment of [segments].flat()) {
				socket.write(segment, 'latin1');
				await sleep(20);
			}
		})();
	});
}

function sleep(ms) {
	return new Promise((resolve) => setTimeout(resolve, ms));
}

// The contract's own list of codes; null until it is known.
let registry = null;

async function learnRegistry() {
	const answer = await call('GET', '/openapi.json');

	registry = answer.json['x-error-codes'];
}

module.exports = {account, addSecret, admin, api, base, base64url, begin, call,
    cookieOf, expect, jwt, learnRegistry, login, now, raw, reader, refresh,
    secrets, signature, sleep, user};
