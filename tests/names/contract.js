// A contract of hostile names and texts, the same for the same seed.
'use strict';
const makeHostile = require('./hostile');
const makeSchemas = require('./schemas');

module.exports = function contract(seed) {
	const hostile = makeHostile(seed);
	const {below, pick, one, chance, name, names, members, prose, number,
	    token, segment, code} = hostile;
	const schemas = makeSchemas(hostile);
	const {pointer, refer, schema, scalar} = schemas;
	const schemes = names(8);
	const scopes = names(4);
	const response = name();
	const callback = name();
	const tags = names(3);
	const ids = new Set();

	// --- Parameters ---

	function example() {
		return one(() => ({}), () => ({example: name()}),
		    () => ({examples: members(2,
			() => ({summary: prose(), value: name()}))}));
	}

	function properties() {
		return {type: 'object', properties: members(1 + below(4),
		    () => one(schemas.text, () => ({type: 'integer'})))};
	}

	function styled(place) {
		return one(
		    () => ({schema: schemas.text(), ...example()}),
		    () => ({schema: schemas.values()}),
		    () => ({schema: {type: 'integer', default: 1}}),
		    () => ({schema: {type: 'string', default: name()}}),
		    () => ({schema: {type: 'array', items: schemas.values()},
			explode: chance(2)}),
		    () => ({schema: properties(), explode: chance(2)}),
		    () => ({schema: properties(), ...(place === 'query' ?
			{style: 'deepObject', explode: true} : {})}),
		    () => ({content: {'application/json':
			{schema: schema(1)}}}),
		    () => ({schema: schemas.text(), ...(place === 'path' ?
			{style: pick(['matrix', 'label'])} : {})}));
	}

	function param(place, key) {
		return {name: key, in: place, required: place === 'path' ||
		    chance(4), description: prose(), ...styled(place)};
	}

	function params(inPath) {
		return [
			...inPath.map((key) => param('path', key)),
			...names(below(4)).map((key) => param('query', key)),
			param('header', token()),
			param('cookie', token()),
		];
	}

	// --- Bodies and answers ---

	function json(value) {
		return {schema: value, ...(chance(4) ? {examples:
		    members(1, () => ({value: name()}))} : {})};
	}

	function media() {
		return one(() => 'application/json',
		    () => `application/vnd.${token()}+json`,
		    () => `text/${token()}`, () => `${token()}/*`,
		    () => 'text/plain; a="\\"*/"',
		    () => 'application/octet-stream');
	}

	function form() {
		const made = schemas.files();
		const encoding = Object.keys(made.properties).map((key) => [key,
		    {contentType: 'text/plain, image/*', headers:
			{[token()]: {schema: scalar(), description: prose()}}}]);

		return {schema: made, encoding: Object.fromEntries(
		    encoding.filter(() => chance(3)))};
	}

	function body() {
		return {description: prose(), required: chance(2), content: one(
			() => ({'application/json':
			    json(refer(pick(schemas.known)))}),
			() => ({'application/x-www-form-urlencoded':
			    {schema: schemas.flat()}}),
			() => ({'multipart/form-data': form()}),
			() => ({'text/plain': {schema: {type: 'string'}},
			    'application/json': json(schema(1)),
			    [media()]: json(schema(1)),
			    [media()]: {}}),
		)};
	}

	function headers() {
		return Object.fromEntries([token(), token()].map((key) => [key,
		    {description: prose(), required: chance(2), schema: one(
			scalar, properties,
			() => ({type: 'array', items: scalar()}))}]));
	}

	function links() {
		return members(1, () => ({operationId: pick([...ids]),
		    description: prose(), parameters: members(1,
			() => '$response.body#/id')}));
	}

	function answers() {
		return {
			200: {description: prose(), headers: headers(),
			    content: {'application/json': json(schema(1)),
				[media()]: json(schema(1))}, links: links()},
			[pick(['404', '422', '500', '4XX', 'default'])]: one(
			    () => ({$ref: pointer('responses', response)}),
			    () => ({description: prose()})),
		};
	}

	// --- Operations ---

	function operationId() {
		let id = name();

		while (ids.has(id))
			id += number();
		ids.add(id);
		return id;
	}

	function security() {
		return [
			Object.fromEntries(names(1 + below(2)).map((_, i) => {
				const at = below(schemes.length);

				return [schemes[at], schemes[at] === schemes[0] ?
				    scopes.slice(i) : names(below(3))];
			})),
			...(chance(2) ? [{}] : []),
		];
	}

	function operation(inPath, hasBody) {
		const id = operationId();

		return {
			...(chance(6) ? {} : {operationId: id}),
			...(chance(6) ? {} : {tags: [pick(tags)]}),
			summary: prose(),
			description: prose(),
			parameters: params(inPath),
			responses: answers(),
			...(hasBody ? {requestBody: body()} : {}),
		};
	}

	// Where it goes: expressions, and texts around them.
	function target() {
		return one(
		    () => '{$request.body#/url}',
		    () => `{$request.query.${segment()}}/${segment()}`,
		    () => `https://example.org/${segment()}{$url}` +
			`?${segment()}={$response.body#/${segment()}}`);
	}

	function callbacks() {
		return {
			...members(1 + below(2), () => ({[target()]: {
			    [pick(['get', 'post'])]:
				operation([], chance(2))}})),
			[name()]: {$ref: pointer('callbacks', callback)},
		};
	}

	function served(inPath, hasBody) {
		return {...operation(inPath, hasBody),
		    ...(chance(3) ? {security: security()} : {}),
		    ...(chance(4) ? {callbacks: callbacks()} : {})};
	}

	function path(i) {
		const inPath = [...new Set([segment(), segment()])];
		const key = `/p${i}${segment()}` + inPath.map(
		    (part) => `/${chance(3) ? segment() : ''}{${part}}`).join(
		    '');

		return [key, {
			get: served(inPath, false),
			post: served(inPath, true),
			additionalOperations: {[`X${token()}`]:
			    served(inPath, true)},
		}];
	}

	// Every word in each place: a path for each as an operation's id, and one
	// with all as parameters, fields, members and enumerators.
	function everyWord() {
		const {every} = hostile;
		const member = {type: 'object', properties: Object.fromEntries(
		    every.map((word) => [word, {type: 'string'}]))};
		const responses = {204: {description: prose()}};
		const all = {operationId: 'every', responses, parameters:
		    every.map((word) => ({name: word, in: 'query',
			schema: {type: 'string'}})).concat({name: 'word',
			in: 'header', schema: {enum: every}}),
		requestBody: {content: {'application/json': {schema: member},
		    'application/x-www-form-urlencoded': {schema: member}}}};

		every.forEach((word) => ids.add(word));
		return {'/every': {post: all}, ...Object.fromEntries(every.map(
		    (operationId, i) => [`/every/${i}`,
			{get: {operationId, tags: [every[i % 8]], responses}}]))};
	}

	// --- The document ---

	function server() {
		const key = segment();

		return {url: `/v1${segment()}/{${key}}`, description: prose(),
		    variables: {[key]: {default: segment(),
			description: prose()}}};
	}

	function securitySchemes() {
		const url = 'https://example.org/*/';
		const kinds = [
		    {type: 'oauth2', flows: {implicit: {authorizationUrl: url,
			scopes: Object.fromEntries(scopes.map(
			    (scope) => [scope, prose()]))}}},
		    {type: 'http', scheme: 'bearer'},
		    {type: 'http', scheme: 'basic'},
		    {type: 'http', scheme: token()},
		    {type: 'apiKey', in: 'query', name: name() || 'x'},
		    {type: 'apiKey', in: 'header', name: token()},
		    {type: 'apiKey', in: 'cookie', name: token()},
		    {type: pick(['mutualTLS', 'openIdConnect']),
			openIdConnectUrl: url},
		];

		if (kinds[7].type === 'mutualTLS')
			delete kinds[7].openIdConnectUrl;
		return Object.fromEntries(kinds.map((kind, i) => [schemes[i],
		    {...kind, description: prose()}]));
	}

	return {
		openapi: '3.2.0',
		info: {title: prose(), version: prose(), description: prose()},
		servers: [server()],
		tags: tags.map((tag) => ({name: tag, description: prose()})),
		paths: {...(seed === 1 ? everyWord() : {}),
		    ...Object.fromEntries([path(0), path(1)])},
		webhooks: members(2, () => ({post: operation([], true)})),
		'x-error-codes': Object.fromEntries([code(), code()].map(
		    (key) => [key, {status: 404, title: prose(),
			description: prose()}])),
		components: {
			schemas: schemas.components,
			responses: {[response]: {description: prose(),
			    headers: headers()}},
			callbacks: {[callback]: {[target()]:
			    {post: operation([], true)}}},
			securitySchemes: securitySchemes(),
		},
	};
};
