// A contract of hostile names and texts, the same for the same seed.
'use strict';

// Xorshift; a seed of 0 would stay 0.
function generator(seed) {
	let state = (seed * 2654435761 + 1) >>> 0 || 1;

	return function below(n) {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		state >>>= 0;
		return state % n;
	};
}

// Of C, its headers and POSIX.
const words = ('auto break case const default do double else enum extern ' +
    'for goto if inline int long register restrict return short signed ' +
    'sizeof static struct switch typedef union unsigned void volatile while ' +
    '_Bool _Generic _Atomic alignas alignof bool constexpr false nullptr ' +
    'static_assert thread_local true typeof typeof_unqual asm noreturn ' +
    'errno stdin stdout EOF NULL unix linux i386 INT_MAX SIZE_MAX INT64_C ' +
    'offsetof assert stat FILE time_t size_t int64_t st_atime s_addr h_addr ' +
    'major minor makedev htons va_arg si_pid sa_handler sigaction st_mtim ' +
    'main printf malloc memcpy strlen exit abs log index signal read write ' +
    'class new delete this template typename namespace operator and or not ' +
    'xor').split(' ');
// Of the runtime, and of generated code.
const ours = ('api RT_LIT RT_LEN RT_STRING rt_str rt_call struct_rt_str ' +
    'api_op0 api_code K_ID K_NAME key keys names required texts check read ' +
    'write array text out in call arena body status media answer v m i e w c ' +
    'n p r200 kind as value has_id null_id id id_2 body_kind security model ' +
    'server errors openapi test_main contract handlers kontract banner ' +
    'request op item response').split(' ');
// What might end a string or a comment, or begin something.
const texts = ['"', '\\', '*/', '/*', '//', '*/ int INJECTED; /*',
    '"; int INJECTED; "', '\\"; int INJECTED; //', '??/', '??=', '??\'', '\n',
    '\nint INJECTED;\n', '\r\n#define INJECTED\n', '\t', '\\\n', '%s%n', '${c}',
    '%end', '%include "x"', '\u0007', '\u007f', '\u0000', '\\u0022', '\\x41',
    '\'', '`', '$', '@', '#', '%:', '<%', '-', '--', '_', '__', '_A', '.', '..',
    '/', '~1', '~0', '{}', '[]', '(', ')', ';', ',', ' ', '  ', '=', '&',
    '|', '\u00c4\u00d6', '\u65e5\u672c', '\ud83d\ude00', '\u202e', 'e\u0301',
    '\u2028', '\u0085', '\ufeff', '1', '42', 'a b', 'a_b', 'a-b', 'aB', 'A_B',
    'AB', 'x'.repeat(300), '\u00e9'.repeat(100)];

module.exports = function contract(seed) {
	const below = generator(seed);
	let taken = 0;

	function pick(list) {
		return list[below(list.length)];
	}

	function recase(text) {
		return pick([text, text, text.toUpperCase(), text.toLowerCase(),
		    text[0] === undefined ? text :
			text[0].toUpperCase() + text.slice(1)]);
	}

	function name() {
		let text = recase(pick(pick([words, ours, texts])));

		while (below(3) === 0)
			text += recase(pick(pick([words, ours, texts])));
		return text;
	}

	// Several different ones.
	function names(n) {
		const all = new Set();

		while (all.size < n)
			all.add(name());
		return [...all];
	}

	function prose() {
		return names(1 + below(4)).join(pick(['', ' ', '\n', '*/']));
	}

	// A token of HTTP, which the names of headers and cookies are.
	function token() {
		return `x${++taken}` +
		    name().replace(/[^A-Za-z0-9!#$%&'*+.^_`|~-]/g, '').slice(0, 40);
	}

	// What may stand in a path, and between the braces of a template.
	function segment() {
		return name().replace(/[{}/?#%\u0000-\u0020\u007f-\uffff]/g, '') ||
		    'x';
	}

	const schemas = names(5);
	// Those that may be referred to: a schema can't require itself.
	let known = [];

	function pointer(key) {
		return '#/components/schemas/' + encodeURIComponent(
		    key.replace(/~/g, '~0').replace(/\//g, '~1'));
	}

	function text() {
		return {type: 'string', description: prose()};
	}

	function values() {
		return {type: 'string', enum: names(1 + below(6))};
	}

	function scalar() {
		return pick([text, values, () => ({type: 'integer', minimum: 1}),
		    () => ({type: 'boolean', title: prose()}),
		    () => ({type: 'string', pattern: '^[a"\\\\/*]{1,3}$'}),
		    () => ({type: 'string', const: name()}),
		    () => ({type: 'string', default: name()}),
		    () => ({type: ['string', 'null'], format: name()})])();
	}

	function properties(depth) {
		return Object.fromEntries(names(1 + below(7)).map(
		    (key) => [key, schema(depth + 1)]));
	}

	function object(depth) {
		const members = properties(depth);
		const required = Object.keys(members).filter(
		    () => below(3) === 0);

		return {type: 'object', description: prose(),
		    properties: members, required,
		    ...(below(3) === 0 ? {additionalProperties: false} : {}),
		    ...(below(4) === 0 ?
			{dependentRequired: {[name()]: names(2)}} : {}),
		    ...(below(4) === 0 ?
			{patternProperties: {'^"\\\\*/': text()}} : {})};
	}

	function schema(depth) {
		if (depth < 2 && below(4) === 0)
			return object(depth);
		if (depth < 2 && below(5) === 0)
			return {type: 'array', items: schema(depth + 1)};
		if (known.length > 0 && below(5) === 0)
			return {$ref: pointer(pick(known))};
		if (below(8) === 0)
			return {anyOf: [values(), {type: 'integer'}]};
		return scalar();
	}

	function param(place, key) {
		return {name: key, in: place, required: place === 'path',
		    description: prose(),
		    schema: pick([text, values, () => ({type: 'integer'}),
			() => ({type: 'array', items: {type: 'string'}})])()};
	}

	function params(inPath) {
		return [
			...inPath.map((key) => param('path', key)),
			...names(below(4)).map((key) => param('query', key)),
			param('header', token()),
			param('cookie', token()),
		];
	}

	function json(value) {
		return {'application/json': {schema: value}};
	}

	function flat() {
		return {type: 'object', properties: Object.fromEntries(
		    names(1 + below(5)).map((key) => [key, scalar()]))};
	}

	function body() {
		return {description: prose(), content: pick([
			() => json({$ref: pointer(pick(schemas))}),
			() => ({'application/x-www-form-urlencoded':
			    {schema: flat()}}),
			() => ({'multipart/form-data': {schema: flat()}}),
			() => ({'text/plain': {schema: {type: 'string'}},
			    ...json(schema(1))}),
		])()};
	}

	function answers() {
		return {
			200: {description: prose(), content: json(schema(1)),
			    headers: {[token()]: {schema: scalar()}}},
			[pick(['404', '422', '500', '4XX', 'default'])]:
			    pick([{$ref: '#/components/responses/' +
				encodeURIComponent(response.replace(/~/g, '~0')
				    .replace(/\//g, '~1'))},
			    {description: prose()}]),
		};
	}

	function operation(tags, inPath, hasBody) {
		return {
			operationId: name(),
			tags: [pick(tags)],
			summary: prose(),
			description: prose(),
			parameters: params(inPath),
			responses: answers(),
			...(below(3) === 0 ? {security: [
			    {[pick(schemes)]: below(2) === 0 ? names(2) : []},
			    ...(below(2) === 0 ? [{}] : [])]} : {}),
			...(hasBody ? {requestBody: body()} : {}),
		};
	}

	const schemes = names(2);
	const response = name();
	const components = {};
	const tags = names(2);
	const paths = {};
	const ids = new Set();

	for (const key of schemas) {
		components[key] = below(2) === 0 ? object(0) : schema(0);
		known = Object.keys(components);
	}
	for (let i = 0; i < 2; i++) {
		const inPath = [...new Set([segment(), segment()])];
		const key = `/p${i}${segment()}` +
		    inPath.map((part) => `/{${part}}`).join('');

		paths[key] = {
			get: operation(tags, inPath, false),
			post: operation(tags, inPath, true),
		};
		for (const one of Object.values(paths[key])) {
			while (ids.has(one.operationId))
				one.operationId += `${++taken}`;
			ids.add(one.operationId);
		}
	}
	return {
		openapi: '3.1.0',
		info: {title: prose(), version: prose()},
		paths,
		'x-error-codes': {[`E${taken}_CODE`]:
		    {status: 404, title: prose(), description: prose()}},
		components: {
			schemas: components,
			responses: {[response]: {description: prose(), headers:
			    {[token()]: {schema: {type: 'array',
				items: {type: 'string'}}}}}},
			securitySchemes: {
				[schemes[0]]: {type: 'http', scheme: 'bearer',
				    description: prose()},
				[schemes[1]]: {type: 'apiKey', in: 'query',
				    name: name()},
			},
		},
	};
};
