// Chromium, and what its pages complain of.
'use strict';
const fs = require('fs');
const {skip} = require('./story');
const {base} = require('./client');

const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome'];
// Without a sandbox, for that of Chromium does not take root; and nothing
// that asks hosts of its own.
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic',
    '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'];

function playwright() {
	try {
		return require('playwright-core');
	} catch {
		return skip('npm has not installed playwright-core');
	}
}

function launch() {
	const {chromium} = playwright();
	const executablePath = programs.find((name) => fs.existsSync(name)) ??
	    skip('there is no Chromium');

	return chromium.launch({executablePath, args: flags});
}

// Collects what a page complains of, and which other servers it asks.
function watch(page, complaints, strangers) {
	page.on('console', (message) => {
		if (['error', 'warning'].includes(message.type()))
			complaints.push(message.text());
	});
	page.on('pageerror', (error) => complaints.push(error.message));
	// Aborted is also an answer without a body, of which nothing is read.
	page.on('requestfailed', (request) => {
		const {errorText} = request.failure();

		if (errorText !== 'net::ERR_ABORTED')
			complaints.push(`${request.url()}: ${errorText}`);
	});
	page.on('request', (request) => {
		const url = request.url();

		if (!/^(data|blob):/.test(url) &&
		    new URL(url).origin !== base.origin)
			strangers.push(url);
	});
}

module.exports = {launch, watch};
