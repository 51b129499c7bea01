// Builds the page of /app:
//
//	node app/build.mjs DIRECTORY
//
// writes DIRECTORY/index.html, and below DIRECTORY/files what that page loads,
// by names that change with the bytes.
import {build} from 'esbuild';
import fs from 'fs';
import path from 'path';
import {fileURLToPath} from 'url';

const source = path.dirname(fileURLToPath(import.meta.url));
const [directory] = process.argv.slice(2);
const files = path.join(directory, 'files');
const notice = '/*! With Preact, (c) 2015-present Jason Miller, and ' +
    'openapi-fetch, (c) 2023 Drew Powers; the MIT licence holds for both. */';

fs.rmSync(files, {recursive: true, force: true});

const {metafile} = await build({
	absWorkingDir: path.dirname(source),
	entryPoints: ['main.tsx', 'style.css', 'icon.svg']
	    .map((name) => path.join(source, name)),
	entryNames: '[name]-[hash]',
	outdir: path.resolve(files),
	bundle: true,
	format: 'esm',
	target: ['es2022'],
	loader: {'.svg': 'copy'},
	banner: {js: notice},
	minify: true,
	metafile: true,
});
const names = Object.keys(metafile.outputs).map((name) => path.basename(name));
const page = fs.readFileSync(path.join(source, 'index.html'), 'utf8')
    .replace(/\/app\/(\w+)(\.\w+)/g, (_, stem, suffix) => '/app/' +
	names.find((name) => name.startsWith(`${stem}-`) &&
	    name.endsWith(suffix)));

fs.writeFileSync(path.join(directory, 'index.html'), page);
