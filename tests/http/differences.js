// What the server takes and nginx does not, or sees otherwise, and why.  One
// that is not seen any more is a failure.
'use strict';

const differences = [
	{
		why: 'the asterisk is a target of OPTIONS ' +
		    '(RFC 9112, section 3.2.4)',
		covers: (row) => row.send[0].startsWith('OPTIONS * '),
	},
	{
		why: 'a host may have characters beside letters, digits, "." ' +
		    'and "-" (RFC 3986, section 3.2.2)',
		covers: (row) => /^GET http:\/\/x?@/.test(row.place) &&
		    "!$&'()*+,;=_~".includes(row.byte),
	},
	{
		why: 'an option of Connection is a whole token ' +
		    '(RFC 9110, section 7.6.1)',
		covers: (row) => row.place?.includes('Connection') &&
		    row.byte !== '',
	},
];

module.exports = {differences};
