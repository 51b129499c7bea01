// Access tokens and API keys that must not pass.
'use strict';
const assert = require('assert/strict');
const {sql, story} = require('./story');
const {admin, api, base64url, expect, jwt, now, signature, user} =
    require('./client');

function me(options) {
	return api('GET', '/auth/me', options);
}

async function expectRefused(tokens) {
	for (const token of tokens) {
		const answer = expect(await me({token}), 401, 'UNAUTHORIZED');

		assert.match(answer.headers['www-authenticate'],
		    /^Bearer realm="[^"]+", error="invalid_token", ApiKey /, token);
	}
}

story('an access token that has expired', async () => {
	await expectRefused([user.expired, jwt({...user.claims, exp: 0}),
	    jwt({...user.claims, exp: now()})]);
	expect(await me({token: jwt({...user.claims, exp: now() + 5})}), 200);
});

story('a call without a credential is told what to send', async () => {
	const answer = expect(await me(), 401, 'UNAUTHORIZED');

	assert.match(answer.headers['www-authenticate'],
	    new RegExp('^Bearer realm="[^"]+", ' +
		'ApiKey realm="[^"]+", in="cookie", name="session_token", ' +
		'ApiKey realm="[^"]+", in="header", name="X-API-Key"$'));
});

story('access tokens without a signature', async () => {
	const claims = base64url(JSON.stringify(user.claims));
	const tokens = ['none', 'None', 'NONE', ''].flatMap((alg) => {
		const text = base64url(JSON.stringify({alg, typ: 'JWT'})) +
		    `.${claims}`;

		return [text, `${text}.`, `${text}.${signature(text)}`];
	});

	await expectRefused(tokens);
});

story('access tokens of another algorithm', async () => {
	const headers = [{alg: 'RS256'}, {alg: 'HS512'}, {alg: 'hs256'},
	    {alg: ['HS256']}, {alg: null}, {typ: 'JWT'}, {}, [], 'HS256',
	    {alg: 'HS256', crit: ['exp']}];

	await expectRefused(headers.map((h) => jwt(user.claims, h)));
});

story('access tokens that were changed or signed by somebody else',
    async () => {
	const [header, claims, mac] = user.token.split('.');
	const [, others] = admin.token.split('.');
	const flipped = (mac[0] === 'A' ? 'B' : 'A') + mac.slice(1);
	// Bits of the last character that no byte has (RFC 4648, 3.5).
	const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst' +
	    'uvwxyz0123456789-_';
	const odd = mac.slice(0, -1) +
	    letters[letters.indexOf(mac.slice(-1)) + 1];

	await expectRefused([
		`${header}.${others}.${mac}`,
		`${header}.${claims}.${flipped}`,
		`${header}.${claims}.${odd}`,
		`${header}.${claims}.${mac.slice(0, -4)}`,
		`${header}.${claims}.${mac}=`,
		`${header}.${claims}.${mac}.`,
		`${header}.${claims}.${mac}.${mac}`,
		`${header}.${claims}`,
		`.${claims}.${mac}`,
		jwt(user.claims, undefined, 'another secret'),
		jwt(user.claims, undefined, ''),
	]);
});

story('access tokens of somebody else, or of nobody', async () => {
	const {sub, sid, iat, exp} = user.claims;

	await expectRefused([
		{...user.claims, sid: admin.claims.sid},
		{...user.claims, sub: admin.claims.sub},
		{...user.claims, sid: 999},
		{...user.claims, sub: '00000000-0000-4000-8000-00000000000f'},
		{...user.claims, sub: "' OR true --"},
		{...user.claims, sid: '2'},
		{...user.claims, sid: 2.5},
		{...user.claims, sid: -2},
		{...user.claims, sid: 1e300},
		{...user.claims, exp: String(exp)},
		{...user.claims, exp: null},
		{sid, iat, exp}, {sub, iat, exp}, {sub, sid, iat}, [], 'x',
	].map((claims) => jwt(claims)));
});

story('what stands in Authorization beside a token', async () => {
	const bad = ['Bearer', 'Bearer ', 'Token x', user.token,
	    `Basic ${user.token}`, `Bearer ${user.token} x`,
	    `Bearer "${user.token}"`, `Bearer=${user.token}`,
	    `Bearer ${'x'.repeat(7000)}`];

	for (const Authorization of bad)
		expect(await me({headers: {Authorization}}), 401,
		    'UNAUTHORIZED');
	expect(await me({headers: {Authorization: `bearer ${user.token}`}}),
	    200);
	expect(await me({headers: {Authorization: [`Bearer ${user.token}`,
	    `Bearer ${admin.token}`]}}), 401, 'UNAUTHORIZED');
});

story('a credential in the query is none', async () => {
	for (const query of [`access_token=${user.token}`,
	    `X-API-Key=${user.key}`, `session_token=${user.cookie}`])
		expect(await api('GET', `/auth/me?${query}`), 401,
		    'UNAUTHORIZED');
});

story('an API key has the rights of its user', async () => {
	const answer = expect(await me({key: user.key}), 200);

	assert.equal(answer.json.id, user.id);
	expect(await api('POST', '/persons', {key: user.key,
	    body: {name: 'Somebody'}}), 201);
	expect(await api('DELETE', `/users/${admin.id}`, {key: user.key}),
	    403, 'PERMISSION_DENIED');
	expect(await api('POST', '/auth/logout', {key: user.key}), 401,
	    'UNAUTHORIZED');
});

story('API keys that are unknown, revoked or expired', async () => {
	for (const key of ['x', `${user.key}x`, "' OR true --"])
		expect(await me({key}), 401, 'UNAUTHORIZED');
	sql('UPDATE api_keys SET expires_at = now() WHERE user_id = 1');
	expect(await me({key: admin.key}), 401, 'UNAUTHORIZED');
	sql('UPDATE api_keys SET revoked_at = now() WHERE user_id = 2');
	expect(await me({key: user.key}), 401, 'UNAUTHORIZED');
});
