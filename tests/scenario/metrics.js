#!/usr/bin/env node
// What two workers have counted, and how healthy they are; run it by
// tools/with-server with WORKERS=2.
'use strict';
const assert = require('assert/strict');
const fs = require('fs');
const net = require('net');
const {sql, story, tellAll} = require('./story');
const client = require('./client');
const {admin, base, expect, learnRegistry, sleep, user} = client;

const pid = Number(process.env.SERVER_PID);

// On a connection of its own: the kernel chooses the worker, and none that ends
// has to wait.
function call(method, path, options = {}) {
	return client.call(method, path, {...options,
	    headers: {Connection: 'close', ...options.headers}});
}

function api(method, path, options) {
	return call(method, `/api/v1${path}`, options);
}

// --- The text format 0.0.4 of Prometheus, read strictly ---

const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"/y;

function readLabels(text) {
	const labels = {};

	label.lastIndex = 0;
	while (label.lastIndex < text.length) {
		const at = label.lastIndex;
		const match = label.exec(text);

		assert.ok(match, `labels: ${text} at ${at}`);
		assert.ok(!(match[1] in labels), text);
		labels[match[1]] = match[2];
		if (label.lastIndex < text.length)
			assert.equal(text[label.lastIndex++], ',', text);
	}
	return labels;
}

function readNumber(text) {
	assert.match(text, /^[+-]?([0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?|Inf)$/);
	return Number(text.replace('Inf', 'Infinity'));
}

// The name of the family that a series is of.
function familyOf(families, name) {
	if (families.has(name))
		return families.get(name);

	const histogram = families.get(name.replace(/_(bucket|sum|count)$/,
	    ''));

	assert.equal(histogram?.type, 'histogram', name);
	return histogram;
}

function readSeries(families, line) {
	const match = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.+)\})? (\S+)$/
	    .exec(line);

	assert.ok(match, `no series: ${line}`);

	const family = familyOf(families, match[1]);

	// The series of a family stand together.
	assert.equal(family, [...families.values()].pop(), line);
	family.series.push({name: match[1],
	    labels: readLabels(match[2] ?? ''), value: readNumber(match[3])});
}

function read(text) {
	const families = new Map();
	let help;

	assert.ok(text.endsWith('\n'));
	for (const line of text.slice(0, -1).split('\n')) {
		const [, what, name, rest] =
		    /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];

		if (what === 'HELP') {
			help = name;
		} else if (what === 'TYPE') {
			assert.equal(name, help, line);
			assert.ok(!families.has(name), line);
			assert.match(rest, /^(counter|gauge|histogram)$/);
			families.set(name, {type: rest, series: []});
		} else {
			readSeries(families, line);
		}
	}
	for (const [name, family] of families)
		check(name, family);
	return families;
}

function keyOf({le, ...labels}) {
	return JSON.stringify(labels);
}

function check(name, family) {
	const seen = family.series.map((s) => s.name + JSON.stringify(
	    Object.entries(s.labels).sort()));

	assert.equal(new Set(seen).size, seen.length, `${name}: twice`);
	if (family.type !== 'gauge')
		assert.ok(family.series.every((s) => s.value >= 0), name);
	if (family.type === 'counter')
		assert.match(name, /_total$/);
	if (family.type === 'histogram')
		checkHistogram(name, family);
}

function checkHistogram(name, family) {
	for (const [key, series] of group(family.series)) {
		const of = (end) => series.filter((s) => s.name === name + end);
		const bounds = of('_bucket').map((s) =>
		    readNumber(s.labels.le));
		const values = of('_bucket').map((s) => s.value);

		assert.deepEqual(bounds, [...bounds].sort((a, b) => a - b), key);
		assert.equal(bounds.at(-1), Infinity, key);
		assert.deepEqual(values, [...values].sort((a, b) => a - b), key);
		assert.equal(of('_count').length, 1, key);
		assert.equal(of('_count')[0].value, values.at(-1), key);
		assert.equal(of('_sum').length, 1, key);
		if (values.at(-1) === 0)
			assert.equal(of('_sum')[0].value, 0, key);
	}
}

function group(series) {
	const groups = new Map();

	for (const s of series) {
		const key = keyOf(s.labels);

		groups.set(key, [...groups.get(key) ?? [], s]);
	}
	return groups;
}

// --- Reading ---

async function scrape() {
	const answer = expect(await call('GET', '/metrics'), 200);

	assert.equal(answer.headers['content-type'],
	    'text/plain; version=0.0.4; charset=utf-8');
	return read(answer.text);
}

function valueOf(families, name, labels = {}) {
	const family = familyOf(families, name);

	return family.series.filter((s) => s.name === name &&
	    Object.entries(labels).every(([k, v]) => s.labels[k] === v))
	    .reduce((sum, s) => sum + s.value, 0);
}

// What was counted between two times, by operation, method and status; that of
// the reading itself is left out.
function counts(before, after) {
	const found = {};

	for (const {labels, value} of after.get('http_requests_total').series) {
		const n = value - valueOf(before, 'http_requests_total', labels);

		if (n > 0 && labels.operation !== 'getMetrics')
			found[`${labels.operation} ${labels.method} ` +
			    labels.status] = n;
	}
	return found;
}

// A worker counts a call when its answer has gone, which another one may hear
// of a moment later.
async function until(what, condition) {
	for (const end = Date.now() + 15000; !await condition();) {
		assert.ok(Date.now() < end, what);
		await sleep(50);
	}
}

async function expectCounts(before, wanted) {
	let found;

	await until('all is counted', async () => {
		found = counts(before, await scrape());
		return JSON.stringify(found) === JSON.stringify(wanted);
	}).catch(() => assert.deepEqual(found, wanted));
}

function many(path, n) {
	return Promise.all(Array.from({length: n}, () => call('GET', path)));
}

// --- Stories ---

story('the calls of all workers are counted, each once', async () => {
	const before = await scrape();

	await many('/health', 60);
	await many('/health/live', 7);
	await many('/no/such/path', 5);
	for (let i = 0; i < 3; i++)
		expect(await api('GET', '/persons', {token: user.token}), 200);
	expect(await call('HEAD', '/health'), 200);
	expect(await api('GET', '/persons'), 401, 'UNAUTHORIZED');
	expect(await api('GET', '/persons/999', {token: user.token}), 404,
	    'PERSON_NOT_FOUND');
	expect(await api('POST', '/persons', {token: user.token, body: {}}),
	    422, 'VALIDATION_ERROR');
	await expectCounts(before, {
		'getHealth GET 200': 61,
		'getHealthLive GET 200': 7,
		'listPersons GET 200': 3,
		'listPersons GET 401': 1,
		'createPerson POST 422': 1,
		'getPerson GET 404': 1,
		'  404': 5,
	});

	const after = await scrape();

	for (const {labels, value} of after
	    .get('http_request_duration_seconds').series.filter((s) =>
		s.name.endsWith('_count')))
		assert.equal(valueOf(after, 'http_requests_total', labels),
		    value);
	assert.equal(valueOf(after, 'server_workers'), 2);
	assert.ok(valueOf(after, 'db_query_duration_seconds_count') >
	    valueOf(before, 'db_query_duration_seconds_count'));
	assert.ok(valueOf(after, 'process_start_time_seconds') <=
	    Date.now() / 1000);
});

// A connection that has sent the head of a login, and no body.
function half() {
	const socket = net.connect(base.port, base.hostname);

	socket.on('error', () => {});
	socket.write('POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\n' +
	    'Content-Type: application/json\r\nContent-Length: 10\r\n\r\n');
	return socket;
}

story('what is in flight is counted down again', async () => {
	const gauges = async () => {
		const families = await scrape();

		return [valueOf(families, 'http_requests_in_flight'),
		    valueOf(families, 'http_connections')];
	};
	const before = await scrape();
	const [, connections] = await gauges();
	const sockets = [half(), half(), half(), half()];

	// The reading is one, too.
	await until('they are in flight', async () => (await gauges())[0] === 5);
	assert.equal((await gauges())[1], connections + 4);
	sockets.forEach((socket) => socket.destroy());
	await until('they have gone', async () => (await gauges())[0] === 1);
	assert.equal((await gauges())[1], connections);
	await expectCounts(before, {'login POST 499': 4});
});

story('gauges of connections and memory are of both workers', async () => {
	await until('two connections each', async () =>
	    valueOf(await scrape(), 'db_connections') === 4);
	await until('memory', async () =>
	    valueOf(await scrape(), 'process_resident_memory_bytes') > 1e6);
});

function workers() {
	return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
	    .trim().split(' ').map(Number).filter((child) =>
	    /wrk/.test(fs.readFileSync(`/proc/${child}/cmdline`, 'utf8')));
}

story('what a worker has counted outlives it', async () => {
	const before = await scrape();
	const old = workers();

	await many('/health/live', 20);
	await expectCounts(before, {'getHealthLive GET 200': 20});
	process.kill(pid, 'SIGHUP');
	await until('others have taken their places', () => workers().every(
	    (worker) => !old.includes(worker)));
	await until('two of them', async () =>
	    valueOf(await scrape(), 'server_workers') === 2);
	await many('/health/live', 20);
	await expectCounts(before, {'getHealthLive GET 200': 40});
});

story('nobody reads them through a proxy', async () => {
	for (const headers of [{'X-Forwarded-For': '192.0.2.1'},
	    {Forwarded: 'for=192.0.2.1'}, {'X-Forwarded-For': '127.0.0.1'}]) {
		expect(await call('GET', '/metrics', {headers}), 403,
		    'PERMISSION_DENIED');

		const {json} = expect(await call('GET', '/health/detailed',
		    {headers}), 200);

		assert.deepEqual(json.checks.database, {status: 'healthy'});
		assert.deepEqual(json.checks.disk_space, {status: 'healthy'});
		assert.deepEqual(json.checks.external_apis,
		    {status: 'healthy', services: []});
	}
	expect(await call('GET', '/metrics', {token: admin.token}), 200);
});

story('what Prometheus accepts it gets', async () => {
	const Accept = 'application/openmetrics-text;version=1.0.0,' +
	    'application/openmetrics-text;version=0.0.1;q=0.75,' +
	    'text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

	expect(await call('GET', '/metrics', {headers: {Accept}}), 200);
	expect(await call('GET', '/metrics',
	    {headers: {Accept: 'application/json'}}), 406, 'NOT_ACCEPTABLE');
});

story('the health of each thing', async () => {
	const {json} = expect(await call('GET', '/health/detailed'), 200);

	assert.equal(json.status, 'healthy');
	assert.ok(Math.abs(Date.parse(json.timestamp) - Date.now()) < 60000);
	assert.deepEqual(Object.keys(json.checks), ['database', 'migrations',
	    'disk_space', 'memory_usage', 'external_apis']);
	assert.ok(json.checks.database.latency_ms > 0);
	for (const what of ['disk_space', 'memory_usage'])
		assert.match(json.checks[what].message,
		    /^[0-9]+ % of [0-9]+ MiB are free$/);
	assert.deepEqual(expect(await call('GET', '/health/live'), 200).json,
	    {status: 'healthy'});
	assert.equal(expect(await call('GET', '/health/ready'), 200).json
	    .status, 'healthy');
});

story('a server is not ready before its migrations are', async () => {
	const rename = (from, to) => sql('UPDATE schema_migrations SET name =' +
	    ` '${to}' WHERE name = '${from}'`);
	const name = '0008_api_keys.sql';

	rename(name, 'other.sql');
	try {
		const {json} = await call('GET', '/health/ready');
		const answer = await call('GET', '/health/detailed');

		assert.deepEqual(json, {status: 'unhealthy',
		    message: '1 are missing'});
		assert.equal(answer.status, 503);
		assert.equal(answer.json.checks.migrations.status,
		    'unhealthy');
		assert.equal(answer.json.checks.database.status, 'healthy');
		expect(await call('GET', '/health/live'), 200);
	} finally {
		rename('other.sql', name);
	}
	sql('UPDATE schema_migrations SET statements_done = 1 WHERE name =' +
	    ` '${name}'`);
	assert.equal((await call('GET', '/health/ready')).status, 503);
	sql('UPDATE schema_migrations SET statements_done = NULL');
	expect(await call('GET', '/health/ready'), 200);
});

learnRegistry().then(() => tellAll());
