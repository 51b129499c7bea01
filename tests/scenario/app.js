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
const {Server, patience, sleep, until} = require('./server');
const {sql, story, tellAll, top} = require('./story');

const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const msMax = 15000 * patience;

let server;
let browser;
let opened = [];

// --- Servers and browsers ---

async function start() {
	server = new Server(2, {});
	await until('the server listens', () => fetch(`${base.origin}/health`)
	    .then((answer) => answer.ok, () => false), 20000);
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
	if (server === undefined)
		await start();
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

const refused = /the server responded with a status of 40[0-9]/;

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

// Holds a page to the rules of WCAG that a program can check.
async function inspect(page, what) {
	await page.evaluate(axe);

	const {violations} = await page.evaluate(() => window.axe.run(document,
	    {resultTypes: ['violations']}));

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

start().then(learnRegistry).then(() => tellAll(async () => {
	await browser?.close();
	server.kill('SIGTERM');
	await server.ended;
}));
