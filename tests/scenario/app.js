#!/usr/bin/env node
// The stories of those who use the page of /app, in browsers; run it by
// tests/scenario/app.
'use strict';
const assert = require('assert/strict');
const fs = require('fs');
const path = require('path');
const {launch, watch} = require('./chromium');
const {admin, api, base, expect, learnRegistry, reader, user} =
    require('./client');
const servers = require('./server');
const {sql, story, tellAll, top} = require('./story');

const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const {patience, sanitized, until} = servers;
const msMax = 15000 * patience;

let server;
let browser;
let opened = [];

// --- Servers and browsers ---

async function start() {
	server = await servers.start(2, () => fetch(`${base.origin}/health`)
	    .then((answer) => answer.ok, () => false), {});
}

// Nobody has a chance to say goodbye.
async function kill() {
	const workers = server.workers();

	server.kill('SIGKILL');
	for (const pid of workers)
		process.kill(pid, 'SIGKILL');
	await server.ended;
}

// A browser of somebody's own, with a page of ours; `who` is logged in.
async function open(who, route = '', options = {}) {
	browser ??= await launch();

	const context = await browser.newContext({
		viewport: {width: 1100, height: 900}, ...options});
	const page = await context.newPage();

	page.complaints = [];
	page.strangers = [];
	page.violations = [];
	opened.push(page);
	page.setDefaultTimeout(msMax);
	watch(page, page.complaints, page.strangers);
	await page.exposeFunction('violated', (what) =>
	    page.violations.push(what));
	await page.addInitScript(() => addEventListener(
	    'securitypolicyviolation', (event) => window.violated(
	    `${event.violatedDirective} ${event.blockedURI}`)));
	if (who !== undefined)
		await context.addCookies([{name: 'session_token',
		    value: who.cookie, url: base.origin}]);
	await page.goto(`${base.origin}/app${route}`);
	return page;
}

// What no page may have to say, whatever the story; those of a story that
// wants a refusal are given.
async function close(...expected) {
	for (const page of opened) {
		const said = page.complaints.filter((text) =>
		    !expected.some((e) => e.test(text)));

		assert.deepEqual(said, []);
		assert.deepEqual(page.strangers, []);
		assert.deepEqual(page.violations, []);
	}
	await closeAll();
}

async function closeAll() {
	for (const page of opened.splice(0))
		await page.context().close();
}

// A story in browsers, which are closed however it ends.
function tell(name, steps, ...expected) {
	story(name, async () => {
		try {
			await steps();
			await close(...expected);
		} finally {
			await closeAll();
		}
	});
}

const refused = /the server responded with a status of 4[0-9][0-9]/;

// What is about the page alone needs no server with sanitizers.
const tellOfPage = sanitized ? () => {} : tell;

// --- What there is on a page ---

function heading(page, name) {
	return page.getByRole('heading', {level: 1, name}).waitFor();
}

function button(page, name) {
	return page.getByRole('button', {name, exact: true});
}

async function live(page) {
	await page.locator('.connection.live').waitFor();
}

function item(page, name) {
	return page.locator('.item').filter({
		has: page.getByRole('heading', {name, exact: false})});
}

async function names(page) {
	return page.locator('.item h3').evaluateAll((all) =>
	    all.map((h3) => h3.firstChild.textContent));
}

async function add(page, name) {
	await page.getByLabel('Gift, or a link').fill(name);
	await button(page, 'Add').click();
}

function alert(page) {
	return page.getByRole('alert');
}

// Holds a page to the rules of WCAG that a program can check, or to one.
async function inspect(page, what, rules) {
	if (!await page.evaluate('typeof axe !== "undefined"'))
		await page.evaluate(axe);

	const {violations} = await page.evaluate((runOnly) =>
	    window.axe.run(document, {resultTypes: ['violations'],
	    ...runOnly && {runOnly}}), rules);

	assert.deepEqual(violations.map(({id, nodes}) => `${what}: ${id}: ` +
	    nodes.map(({html}) => html).join(' ')), []);
}

async function lookAt(page, name) {
	await page.screenshot({fullPage: true,
	    path: path.join(top, `build/scenario/app-${name}.png`)});
}

// --- Who is who ---

tell('a wrong password, then the right one, and the end of the session',
    async () => {
	const page = await open();

	await heading(page, 'Gifts');
	await page.getByLabel('E-mail').fill(user.email);
	await page.getByLabel('Password').fill('something else');
	await button(page, 'Log in').click();
	assert.match(await alert(page).innerText(),
	    /The name or the password is wrong/);
	await page.getByLabel('Password').fill(user.password);
	await button(page, 'Log in').click();
	await heading(page, 'Dashboard');
	assert.equal(await page.evaluate('document.cookie'), '');
	await page.reload();
	await heading(page, 'Dashboard');

	const [{value}] = await page.context().cookies();

	await button(page, 'Log out').click();
	await heading(page, 'Gifts');
	await page.reload();
	await heading(page, 'Gifts');
	expect(await api('GET', '/auth/me', {cookie: value}), 401,
	    'UNAUTHORIZED');
}, refused);

tell('a session that ends elsewhere asks for the password, and goes on where ' +
    'one was', async () => {
	const page = await open(user, '#/lists/1');

	await live(page);
	sql('UPDATE auth_sessions SET revoked_at = now() WHERE user_id = 2');
	// It looks for gifts of that name.
	await page.getByLabel('Gift, or a link').fill('Kite');
	await page.getByText('Your session has ended.').waitFor();
	await page.getByLabel('E-mail').fill(user.email);
	await page.getByLabel('Password').fill(user.password);
	await button(page, 'Log in').click();
	await live(page);
	assert.match(page.url(), /#\/lists\/1$/);
}, refused);

tell('a session that expires ends with its socket', async () => {
	sql("UPDATE auth_sessions SET cookie_expires_at = now() + '3 s'");

	const page = await open(user);

	await live(page);
	await page.getByText('Your session has ended.').waitFor();
});

tell('only the keyboard', async () => {
	const page = await open();
	const press = async (...keys) => {
		for (const key of keys)
			await page.keyboard.press(key);
	};
	const focused = () => page.evaluate(() => {
		const {activeElement: e} = document;

		return e === document.body ? 'nothing' :
		    e.getAttribute('aria-label') || e.name || e.innerText;
	});
	// The focus follows what is shown.
	const isOn = (what) => until(`the focus is on ${what}`, async () =>
	    what.test(await focused()));
	// Presses a key until the focus is where it should be.
	const reach = async (what, key = 'Tab') => {
		for (let n = 0; n < 60; n++) {
			if (what.test(await focused()))
				return;
			await press(key);
		}
		assert.fail(`no way to ${what}, but to ${await focused()}`);
	};

	await heading(page, 'Gifts');
	await reach(/^email$/);
	await page.keyboard.type(user.email);
	await press('Tab');
	await page.keyboard.type(user.password);
	await press('Enter');
	await heading(page, 'Dashboard');
	await live(page);
	await reach(/^Lists$/, 'Shift+Tab');
	await press('Enter');
	await heading(page, 'Lists');
	await reach(/^name$/);
	await page.keyboard.type('By the keyboard');
	await press('Enter');
	await heading(page, 'By the keyboard');
	await reach(/^gift$/);
	await page.keyboard.type('Kite');
	await press('Enter');
	await item(page, 'Kite').waitFor();
	await isOn(/^gift$/);
	for (const step of ['selected', 'purchased', 'received']) {
		await reach(new RegExp(`^Mark as ${step}$`));
		await press('Enter');
		await page.locator(`.item.${step}`).waitFor();
		await isOn(/^(Mark as|Back to) /);
	}
	await reach(/^Edit: Kite$/);
	await press('Enter');
	await isOn(/^notes$/);
	await page.keyboard.type('A red one');
	await press('Enter');
	await page.getByText('A red one').waitFor();
	await isOn(/^Edit: Kite$/);
	await reach(/^Delete: Kite$/);
	await press('Enter');
	await reach(/^Yes, delete$/);
	await press('Enter');
	await page.getByText('Nothing is on this list yet').waitFor();
	await isOn(/^By the keyboard$/);
}, refused);

// --- Two browsers ---

// Both look at list 1; a page that is loaded again forgets the mark.
async function pair() {
	const pages = [await open(admin, '#/lists/1'),
	    await open(user, '#/lists/1')];

	for (const page of pages) {
		await live(page);
		await item(page, '').first().waitFor();
		await page.evaluate('window.mark = 1');
	}
	return pages;
}

tell('what one does the other sees', async () => {
	const [one, other] = await pair();
	const kite = item(other, 'Kite');

	await add(one, 'Kite');
	await kite.waitFor();
	await item(one, 'Kite').getByRole('button', {name: 'Mark as selected'})
	    .click();
	await other.locator('.item.selected', {hasText: 'Kite'}).waitFor();
	await other.getByText('Kite is selected now').waitFor();
	await item(one, 'Kite').getByLabel('Bought by').selectOption('me');
	await kite.locator('select', {has: other.locator(
	    'option:checked', {hasText: 'Ada Admin'})}).waitFor();
	await button(one, 'Edit: Kite').click();
	await one.getByLabel('Notes').fill('A red one');
	await one.getByLabel('Quantity').fill('2');
	await button(one, 'Save').click();
	await kite.getByText('A red one').waitFor();
	await kite.getByText('× 2').waitFor();

	// And the other way.
	await button(other, 'Comments: Kite').click();
	await button(one, 'Comments: Kite').click();
	await kite.getByRole('textbox', {name: 'Comment on Kite'})
	    .fill('Who has the string?');
	await kite.getByRole('button', {name: 'Send'}).click();
	await item(one, 'Kite').getByText('Who has the string?').waitFor();
	await button(other, 'Delete: Kite').click();
	await button(other, 'Yes, delete').click();
	await item(one, 'Kite').waitFor({state: 'detached'});

	assert.deepEqual(await names(one), await names(other));
	for (const page of [one, other])
		assert.equal(await page.evaluate('window.mark'), 1);
});

tell('what somebody else has saved meanwhile is not overwritten unseen',
    async () => {
	const [one, other] = await pair();

	for (const page of [one, other])
		await button(page, 'Edit: Concert ticket').click();
	await one.getByLabel('Notes').fill('Two of them');
	await button(one, 'Save').click();
	await item(other, 'Concert').getByText('Two of them').waitFor();
	await other.getByLabel('Notes').fill('In the first row');
	await button(other, 'Save').click();
	await alert(other).getByText('PRECONDITION_FAILED').waitFor();
	await button(other, 'Save').click();
	await item(one, 'Concert').getByText('In the first row').waitFor();
}, refused);

tell('who looks at a list is seen there', async () => {
	const [one, other] = await pair();

	await one.getByText('Ursula User is here, too').waitFor();
	await other.getByText('Ada Admin is here, too').waitFor();
	await other.goto(`${base.origin}/app#/lists`);
	await one.getByText('Only you are here').waitFor();
});

tell('the dashboard follows what happens', async () => {
	const page = await open(admin);
	const ideas = page.locator('.pipeline .idea dd');

	await live(page);
	await ideas.waitFor();

	const before = Number(await ideas.innerText());

	expect(await api('POST', '/lists/1/items', {token: user.token,
	    body: {gift_id: 1}}), 201);
	await page.locator('.pipeline .idea dd',
	    {hasText: String(before + 1)}).waitFor();
	await lookAt(page, 'dashboard');
});

// --- Servers that go and come ---

tell('the server is killed and comes back: nothing is lost, nothing is there ' +
    'twice', async () => {
	const [one, other] = await pair();

	await add(one, 'Before');
	await item(other, 'Before').waitFor();
	await kill();
	for (const page of [one, other])
		await page.getByText('Offline, trying again').waitFor();
	await add(one, 'During');
	await alert(one).getByText('can\'t be reached').waitFor();
	await lookAt(one, 'offline');
	await start();

	// Nobody tells the pages of this but the list itself.
	expect(await api('POST', '/lists/1/items', {token: user.token,
	    body: {gift_id: 1, notes: 'While you were away'}}), 201);
	for (const page of [one, other]) {
		await live(page);
		await page.getByText('While you were away').waitFor();
	}

	// What was typed is still there.
	await button(one, 'Add').click();
	await item(other, 'During').waitFor();
	await add(other, 'After');
	await item(one, 'After').waitFor();

	const shown = await names(one);

	assert.deepEqual(await names(other), shown);
	for (const name of ['Before', 'During', 'After'])
		assert.equal(shown.filter((n) => n === name).length, 1, name);
	assert.equal(sql('SELECT count(*) FROM list_items WHERE list_id = 1'),
	    String(shown.length));
	for (const page of [one, other])
		assert.equal(await page.evaluate('window.mark'), 1);
}, /ERR_CONNECTION_RE(FUSED|SET)|failed|ws:/);

tell('what the server may have missed is read again', async () => {
	const [page] = await pair();

	sql(`UPDATE list_items SET notes = 'Nobody was told' WHERE id = 1;
	    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	    WHERE datname = current_database() AND query LIKE 'LISTEN%'`);
	await page.getByText('Nobody was told').waitFor();
});

// Without sockets, by a clock of the test's own.
async function openOffline(who, route) {
	const page = await open();
	const attempts = [];

	await page.clock.install();
	await page.routeWebSocket(/\/ws$/, (socket) => {
		attempts.push(page.evaluate('Date.now()'));
		socket.close();
	});
	await page.context().addCookies([{name: 'session_token',
	    value: who.cookie, url: base.origin}]);
	await page.goto(`${base.origin}/app${route}`);
	await page.reload();
	return {page, attempts};
}

tell('without a socket the page asks every 10 seconds, and is told only what ' +
    'is new', async () => {
	const {page} = await openOffline(user, '#/lists/1');
	const statuses = [];

	await item(page, '').first().waitFor();
	page.on('response', (response) => {
		if (response.url().endsWith('/lists/1'))
			statuses.push(response.status());
	});
	for (const status of [304, 304]) {
		await page.clock.runFor(10_000);
		await until('an answer', () => statuses.length > 0);
		assert.equal(statuses.shift(), status);
	}
	expect(await api('POST', '/lists/1/items', {token: admin.token,
	    body: {gift_id: 1, notes: 'Told by nobody'}}), 201);
	await page.clock.runFor(10_000);
	await page.getByText('Told by nobody').waitFor();
	assert.deepEqual(statuses, [200]);
}, refused);

tellOfPage('a page waits longer and longer before it tries again', async () => {
	const {page, attempts} = await openOffline(user, '#/lists');

	await until('the first attempt', () => attempts.length > 0);
	for (let n = 0; n < 150; n++)
		await page.clock.runFor(1000);

	const times = await Promise.all(attempts);
	const waits = times.slice(1).map((t, n) => (t - times[n]) / 1000);

	assert.ok(waits.length >= 6, String(waits));
	waits.forEach((seconds, n) => {
		const most = Math.min(30, 2 ** n);

		// A second is as exact as the clock goes on.
		assert.ok(seconds > most / 2 - 1 && seconds < most + 1.1,
		    `${n}: ${waits}`);
	});
}, refused);

// --- What is refused, and what it looks like ---

tell('a refusal is shown, with what finds it in the log', async () => {
	const page = await open(user, '#/lists/999');

	await alert(page).waitFor();
	assert.match(await alert(page).innerText(),
	    /List with ID 999 not found[^]*LIST_NOT_FOUND · trace \S+/);
}, refused);

tellOfPage('it can be read by everybody, on a phone and at night', async () => {
	for (const [colorScheme, rules] of
	    [['light'], ['dark', ['color-contrast']]]) {
		const phone = {colorScheme, reducedMotion: 'reduce',
		    viewport: {width: 360, height: 740}};
		const login = await open(undefined, '', phone);
		const page = await open(user, '', phone);

		await heading(login, 'Gifts');
		await inspect(login, `login, ${colorScheme}`, rules);
		await lookAt(login, `login-${colorScheme}`);
		for (const route of ['#/', '#/lists', '#/lists/1']) {
			await page.goto(`${base.origin}/app${route}`);
			await live(page);
			await page.getByRole('heading', {level: 1}).waitFor();
			await inspect(page, `${route}, ${colorScheme}`, rules);
			assert.ok(await page.evaluate(() =>
			    document.documentElement.scrollWidth <= 360));
		}
		for (const name of ['Edit', 'Comments', 'Delete']) {
			await page.getByRole('button', {name}).first().click();
			await inspect(page, `${name}, ${colorScheme}`, rules);
		}
		await lookAt(page, `list-${colorScheme}`);
	}
}, refused);

tell('no script but the page\'s own', async () => {
	const page = await open(user);

	await live(page);
	await page.evaluate(() => {
		const script = document.createElement('script');

		try {
			script.textContent = 'window.stranger = true';
		} catch {
			// Trusted Types come first.
		}
		document.body.append(script);
		document.body.insertAdjacentText('beforeend', 'done');
	});
	assert.equal(await page.evaluate('window.stranger'), undefined);
	assert.ok(page.violations.length > 0);
	page.violations = [];
}, /Content Security Policy|TrustedScript/);

start().then(learnRegistry).then(() => tellAll(async () => {
	await browser?.close();
	await servers.end();
}));
