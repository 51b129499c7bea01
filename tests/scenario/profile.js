// Tokens that are checked, and the profile as the newsletter app has it.
'use strict';
const assert = require('assert/strict');
const {sql, story} = require('./story');
const {admin, api, begin, expect, jwt, now, reader, user} =
    require('./client');

function validate(options) {
	return api('POST', '/auth/validate', options);
}

function profile(options) {
	return api('GET', '/auth/user', options);
}

function change(body, options = {token: user.token}) {
	return api('PUT', '/auth/profile', {...options, body});
}

story('an access token is checked, from the header or from the body',
    async () => {
	for (const options of [{token: user.token},
	    {body: {token: user.token}},
	    {token: admin.token, body: {token: user.token}},
	    {token: user.expired, body: {token: user.token}},
	    {token: user.token, body: {}}]) {
		const {json} = expect(await validate(options), 200);

		assert.deepEqual(json, {valid: true, user_id: user.claims.sub,
		    expires_at: new Date(user.claims.exp * 1000).toISOString()
			.replace('.000', '')});
	}
});

story('a token that is not good is told why', async () => {
	const {token} = await begin(user);
	const foreign = jwt(user.claims, undefined, 'another secret');
	const reasons = [
		[{}, 'Missing Authorization header'],
		[{body: {}}, 'Missing Authorization header'],
		[{headers: {Authorization: 'Basic eDp5'}},
		    'Invalid Authorization format'],
		[{headers: {Authorization: 'Bearer '}}, 'Empty token'],
		[{token: user.expired}, 'Token expired'],
		[{body: {token: user.expired}}, 'Token expired'],
		[{token: foreign}, 'Invalid token'],
		[{body: {token: foreign}}, 'Invalid token'],
		[{token: user.token, body: {token: 'x'}}, 'Invalid token'],
		[{body: {token: jwt({...user.claims, sub: admin.claims.sub})}},
		    'Invalid token'],
		[{body: {token: jwt({...user.claims,
		    sub: '00000000-0000-4000-8000-00000000000f'})}},
		    'User not found'],
	];

	for (const [options, why] of reasons) {
		const answer = expect(await validate(options), 401,
		    'UNAUTHORIZED');

		assert.equal(answer.json.detail, why, JSON.stringify(options));
	}
	expect(await api('POST', '/auth/logout', {token}), 200);
	expect(await validate({token}), 401, 'UNAUTHORIZED');
	expect(await validate({body: {token}}), 401, 'UNAUTHORIZED');
	sql('UPDATE users SET is_active = false WHERE id = 3');
	assert.equal(expect(await validate({body: {token: reader.token}}), 401,
	    'UNAUTHORIZED').json.detail, 'User account is inactive');
	expect(await validate({body: {token: ''}}), 422, 'VALIDATION_ERROR');
	expect(await validate({body: {token: 'x', more: 1}}), 422,
	    'VALIDATION_ERROR');
});

story('a key and a cookie are no access tokens', async () => {
	expect(await validate({key: user.key}), 401, 'UNAUTHORIZED');
	expect(await validate({cookie: user.cookie}), 401, 'UNAUTHORIZED');
	expect(await validate({body: {token: user.key}}), 401, 'UNAUTHORIZED');
});

story('the profile has what the newsletter app knows of a user', async () => {
	for (const options of [{token: user.token}, {cookie: user.cookie},
	    {key: user.key}])
		assert.deepEqual(expect(await profile(options), 200).json, {
			id: user.claims.sub,
			email: user.email,
			name: 'Ursula User',
			voice_preference: null,
			preferences: {},
			created_at: '2026-01-01T00:00:00Z',
		});
	expect(await profile(), 401, 'UNAUTHORIZED');
});

story('a profile changes as far as it is told to', async () => {
	const preferences = {theme: 'dark', nested: {list: [1, 2.5, null]},
	    text: 'ä "quoted" \\ \u0001'};
	let {json} = expect(await change({preferences}), 200);

	assert.deepEqual(json.preferences, preferences);
	assert.equal(json.name, 'Ursula User');
	({json} = expect(await change({voice_preference: 'nova'}), 200));
	assert.equal(json.voice_preference, 'nova');
	assert.deepEqual(json.preferences, preferences);
	({json} = expect(await change({name: null, voice_preference: null,
	    preferences: {}}), 200));
	assert.equal(json.name, null);
	assert.equal(json.voice_preference, null);
	assert.deepEqual(json.preferences, {});
	assert.deepEqual(expect(await profile({token: user.token}), 200).json,
	    json);
	assert.equal(expect(await profile({token: admin.token}), 200).json.name,
	    'Ada Admin');
});

story('a profile is changed by the own account, and by the contract',
    async () => {
	expect(await change({voice_preference: 'nova'}, {}), 401,
	    'UNAUTHORIZED');
	expect(await change({voice_preference: 'nova'},
	    {cookie: user.cookie}), 403, 'PERMISSION_DENIED');
	expect(await change({voice_preference: 'nova'},
	    {token: reader.token}), 200);
	for (const body of [{}, {email: 'new@example.org'}, {role: 'admin'},
	    {voice_preference: ''}, {voice_preference: 'a b'}, {name: ''},
	    {preferences: []}, {preferences: null}, {preferences: 'x'}])
		expect(await change(body), 422, 'VALIDATION_ERROR');
	expect(await change({preferences: {text: 'x'.repeat(70000)}}), 413,
	    'PAYLOAD_TOO_LARGE');
});

story('a token tells the same end as it has', async () => {
	const {token} = await begin(user);
	const {json} = expect(await validate({token}), 200);
	const left = Date.parse(json.expires_at) / 1000 - now();

	assert.ok(left > 890 && left <= 900, `${left} seconds`);
});
