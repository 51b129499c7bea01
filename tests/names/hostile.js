// Names and texts that ask for trouble, the same for the same seed.
'use strict';

// Of C, its headers and POSIX; and of JavaScript, that writes the contract.
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
    'xor __proto__ constructor hasOwnProperty').split(' ');
// Of the runtime, and of generated code.
const ours = ('api RT_LIT RT_LEN RT_STRING rt_str rt_call struct_rt_str ' +
    'api_op0 api_code K_ID K_NAME key keys names required texts check read ' +
    'write array text out in call arena body status media answer v m i e w c ' +
    'n p o r200 kind as value has_value has_id null_id id id_2 body_kind ' +
    'security model server errors openapi test_main contract handlers ' +
    'kontract banner request reply send op item response headers url http ' +
    'webhooks callbacks rest other entry map fields bodies answers param ' +
    'properties content problem preferred decode run get list').split(' ');
// What might end a string or a comment, or begin something.
const texts = ['', '"', '\\', '*/', '/*', '//', '*/ int INJECTED; /*',
    '"; int INJECTED; "', '\\"; int INJECTED; //', 'x; int INJECTED(void)',
    '??/', '??=', '??\'', '\n', '\nint INJECTED;\n',
    '\r\n#define INJECTED\n', '\t', '\\\n', '%s%n', '${c}', '%end',
    '%include "x"', '\u0007', '\u007f', '\u0000', '\\u0022', '\\x41', '\'',
    '`', '$', '@', '#', '%:', '<%', '-', '--', '_', '__', '_A', '.', '..',
    '/', '~1', '~0', '{}', '[]', '(', ')', ';', ',', ' ', '  ', '=', '&', '|',
    '+1', '-1', '<!--', '</script>', '\u00c4\u00d6', '\u65e5\u672c',
    '\ud83d\ude00', '\u202e', 'e\u0301', '\u2028', '\u0085', '\ufeff', '1',
    '42', 'a b', 'a_b', 'a-b', 'aB', 'A_B', 'AB', 'x'.repeat(300),
    '\u00e9'.repeat(100)];

// A NUL is refused in a name (rule name-nul), and may stand in prose.
const named = texts.filter((text) => !text.includes('\0'));

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

module.exports = function hostile(seed) {
	const below = generator(seed);
	let taken = 0;

	function pick(list) {
		return list[below(list.length)];
	}

	// The result of one of several functions.
	function one(...makers) {
		return pick(makers)();
	}

	function chance(n) {
		return below(n) === 0;
	}

	function recase(text) {
		return pick([text, text, text.toUpperCase(), text.toLowerCase(),
		    text.slice(0, 1).toUpperCase() + text.slice(1)]);
	}

	function name() {
		let text = recase(pick(pick([words, ours, named])));

		while (chance(3))
			text += recase(pick(pick([words, ours, named])));
		return text;
	}

	// Several different ones.
	function names(n) {
		const all = new Set();

		while (all.size < n)
			all.add(name());
		return [...all];
	}

	// A member by each of some names.
	function members(n, make) {
		return Object.fromEntries(names(n).map(
		    (key) => [key, make(key)]));
	}

	function prose() {
		return names(1 + below(4)).join(pick(['', ' ', '\n', '*/', '\0']));
	}

	function number() {
		return ++taken;
	}

	// A token of HTTP, as the names of headers and cookies are.
	function token() {
		return `x${number()}` +
		    name().replace(/[^A-Za-z0-9!#$%&'*+.^_`|~-]/g, '')
			.slice(0, 40);
	}

	// What may stand in a path, and between the braces of a template.
	function segment() {
		return name().replace(/[{}/?#%\u0000-\u0020\u007f-\uffff]/g,
		    '') || 'x';
	}

	// The name of an error code.
	function code() {
		return `E${number()}_` +
		    name().toUpperCase().replace(/[^A-Z0-9_]/g, '').slice(0, 40);
	}

	return {every: [...new Set([...words, ...ours, ...named])], below,
	    pick, one, chance, name, names, members, prose, number, token,
	    segment, code};
};
