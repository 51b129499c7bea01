// The pages of /docs and /app: their files were compressed when the server was
// built.
'use strict';
const assert = require('assert/strict');
const fs = require('fs');
const http = require('http');
const path = require('path');
const zlib = require('zlib');
const {story, top} = require('./story');

const base = new URL(process.env.BASE_URL);
const page = {
	'/docs': 'conf/docs/index.html',
	'/docs/start.js': 'conf/docs/start.js',
	'/docs/swagger-ui.css': 'build/docs-page/swagger-ui.css',
	'/docs/swagger-ui-bundle.js': 'build/docs-page/swagger-ui-bundle.js',
	'/app': 'build/app/index.html',
};

for (const name of fs.readdirSync(path.join(top, 'build/app/files')))
	page[`/app/${name}`] = `build/app/files/${name}`;

function get(where, headers) {
	return new Promise((resolve, reject) => {
		http.get({host: base.hostname, port: base.port, path: where,
		    headers, agent: false}, (response) => {
			const parts = [];

			response.on('data', (part) => parts.push(part));
			response.on('end', () => resolve({
				status: response.statusCode,
				headers: response.headers,
				bytes: Buffer.concat(parts),
			}));
		}).on('error', reject);
	});
}

story('the files of the page are what they were, however they are sent',
    async () => {
	const gzip = {'Accept-Encoding': 'gzip'};

	for (const [where, name] of Object.entries(page)) {
		const bytes = fs.readFileSync(path.join(top, name));
		const plain = await get(where, {});
		const coded = await get(where, gzip);
		const isCoded = bytes.length > 1000;

		assert.ok(plain.bytes.equals(bytes), where);
		assert.equal(coded.headers['content-encoding'],
		    isCoded ? 'gzip' : undefined);
		assert.ok((isCoded ? zlib.gunzipSync(coded.bytes) :
		    coded.bytes).equals(bytes), where);
		for (const {headers} of [plain, coded])
			assert.equal((await get(where, {...gzip,
			    'If-None-Match': headers.etag})).status,
			    headers === coded.headers || !isCoded ? 304 : 200);
	}
});

// As well as gzip can, which nobody would wait for.
story('the program of the page is compressed beforehand', async () => {
	const coded = await get('/docs/swagger-ui-bundle.js',
	    {'Accept-Encoding': 'gzip'});

	assert.ok(coded.bytes.equals(fs.readFileSync(path.join(top,
	    'build/assets/swagger_ui_bundle_js.gz'))));
});

story('what the page of /app loads may be kept, but for the page', async () => {
	const {bytes, headers} = await get('/app', {});
	const names = [...bytes.toString().matchAll(/\/app\/[^"]+/g)].flat();

	assert.equal(headers['cache-control'], 'no-cache');
	assert.match(headers['content-security-policy'], /default-src 'none'/);
	assert.deepEqual(names.sort(), Object.keys(page).filter((where) =>
	    where.startsWith('/app/')).sort());
	for (const where of names) {
		const file = await get(where, {});

		assert.equal(file.status, 200);
		assert.equal(file.headers['cache-control'],
		    'public, max-age=31536000, immutable');
		assert.equal(file.headers['content-type'].replace(/;.*/, ''), {
			'.js': 'text/javascript',
			'.css': 'text/css',
			'.svg': 'image/svg+xml',
		}[path.extname(where)]);
	}
	assert.equal((await get('/app/main-AAAAAAAA.js', {})).status, 404);
	assert.equal((await get('/app/..%2Fopenapi.yaml', {})).status, 422);
});

story('the contract has a version', async () => {
	for (const where of ['/openapi.json', '/openapi.yaml']) {
		const headers = {'Accept-Encoding': 'gzip'};
		const first = await get(where, headers);

		assert.equal(first.headers['content-encoding'], 'gzip');
		headers['If-None-Match'] = first.headers.etag;
		assert.equal((await get(where, headers)).status, 304);
	}
});
