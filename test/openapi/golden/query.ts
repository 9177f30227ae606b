import { one, type Case } from './case.ts';

const LIST = ['red', 'green', 'blue'];
const KEYS = { semi: ';', dot: '.', comma: ',' };
const COLOURS = ['blue', 'black', 'brown'];
const OBJECT = { R: 100, G: 200, B: 150 };
const RESERVED = `:/?#[]@!$&'()*+,;=`;

type How = Parameters<typeof one>[2];
const at = (how: How, value: unknown, expected: string, name = 'color') =>
  one('query', name, how, value, { line: expected === '' ? 'GET /x' : `GET /x?${expected}` });

/** Expected: RFC 6570, 3.2.8, and "Style Examples", "URL Percent-Encoding" and appendix E of OpenAPI 3.2. */
export const cases: Case[] = [
  // RFC 6570, 3.2.8
  at({}, 'fred', 'who=fred', 'who'),
  at({}, '50%', 'half=50%25', 'half'),
  at({}, '', 'empty=', 'empty'),
  at({ explode: false }, LIST, 'list=red,green,blue', 'list'),
  at({}, LIST, 'list=red&list=green&list=blue', 'list'),
  at({ explode: false }, KEYS, 'keys=semi,%3B,dot,.,comma,%2C', 'keys'),
  at({}, KEYS, 'semi=%3B&dot=.&comma=%2C', 'keys'),
  // OpenAPI, "Style Examples"
  at({ style: 'form', explode: false }, 'blue', 'color=blue'),
  at({ style: 'form', explode: false }, COLOURS, 'color=blue,black,brown'),
  at({ style: 'form', explode: false }, OBJECT, 'color=R,100,G,200,B,150'),
  at({ style: 'form', explode: true }, 'blue', 'color=blue'),
  at({ style: 'form', explode: true }, COLOURS, 'color=blue&color=black&color=brown'),
  at({ style: 'form', explode: true }, OBJECT, 'R=100&G=200&B=150'),
  at({ style: 'form' }, COLOURS, 'color=blue&color=black&color=brown'),
  at({ style: 'spaceDelimited' }, COLOURS, 'color=blue%20black%20brown'),
  at({ style: 'spaceDelimited', explode: false }, OBJECT, 'color=R%20100%20G%20200%20B%20150'),
  at({ style: 'pipeDelimited' }, COLOURS, 'color=blue%7Cblack%7Cbrown'),
  at({ style: 'pipeDelimited', explode: false }, OBJECT, 'color=R%7C100%7CG%7C200%7CB%7C150'),
  at({ style: 'deepObject', explode: true }, OBJECT, 'color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150'),
  at({ style: 'deepObject' }, OBJECT, 'color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150'),
  // What the table leaves open, as src/openapi/serialize.ts decides it.
  at({ style: 'spaceDelimited', explode: true }, COLOURS, 'color=blue&color=black&color=brown'),
  at({ style: 'pipeDelimited', explode: true }, COLOURS, 'color=blue&color=black&color=brown'),
  at({ style: 'pipeDelimited', explode: true }, OBJECT, 'R=100&G=200&B=150'),
  at({ style: 'pipeDelimited' }, 'blue', 'color=blue'),
  at({ style: 'deepObject' }, 'blue', 'color=blue'),
  at({ style: 'deepObject' }, { a: { b: { c: 1 } } }, 'color%5Ba%5D%5Bb%5D%5Bc%5D=1'),
  at({ style: 'deepObject' }, { tags: ['x', 'y'] }, 'color%5Btags%5D%5B0%5D=x&color%5Btags%5D%5B1%5D=y'),
  at({ style: 'deepObject' }, ['x', 'y'], 'color%5B0%5D=x&color%5B1%5D=y'),
  at(
    { style: 'deepObject' },
    { a: [{ id: 1 }, { id: 2 }] },
    'color%5Ba%5D%5B0%5D%5Bid%5D=1&color%5Ba%5D%5B1%5D%5Bid%5D=2',
  ),
  at({ style: 'deepObject' }, { a: null, b: '', c: false }, 'color%5Bb%5D=&color%5Bc%5D=false'),
  at({ style: 'deepObject' }, { 'a b': 'c&d' }, 'color%5Ba%20b%5D=c%26d'),
  at({}, [{ a: 1 }], 'color=%7B%22a%22%3A1%7D'),
  at({ explode: false }, { a: [1, 2] }, 'color=a,%5B1%2C2%5D'),
  // Nothing that is not given is sent (RFC 6570, 2.3 and 3.2.1); the empty text is something.
  at({}, null, ''),
  at({}, undefined, ''),
  at({}, [], ''),
  at({}, {}, ''),
  at({}, [null], ''),
  at({ explode: false }, [], ''),
  at({ style: 'deepObject' }, {}, ''),
  at({ style: 'spaceDelimited' }, [], ''),
  at({}, ['', 'a'], 'color=&color=a'),
  at({ explode: false }, ['a', null, 'b'], 'color=a,b'),
  at({}, { a: 1, b: null, c: undefined }, 'a=1'),
  // Kinds of values
  at({}, true, 'color=true'),
  at({}, false, 'color=false'),
  at({}, 0, 'color=0'),
  at({}, -1.5, 'color=-1.5'),
  at({}, 1e21, 'color=1e%2B21'),
  at({ schema: { type: 'integer', format: 'int64' } }, '-9223372036854775808', 'color=-9223372036854775808'),
  at(
    { schema: { type: 'array', items: { type: 'integer' } }, explode: false },
    ['9007199254740993', 1],
    'color=9007199254740993,1',
  ),
  // Characters
  at({}, RESERVED, 'color=%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D'),
  at({}, ['one thing', 'another thing'], 'thing=one%20thing&thing=another%20thing', 'thing'),
  at({ explode: false }, ['a,b', 'c'], 'color=a%2Cb,c'),
  at({ style: 'pipeDelimited' }, ['a|b', 'c'], 'color=a%7Cb%7Cc'),
  at({}, '東京', 'color=%E6%9D%B1%E4%BA%AC'),
  at({}, 'a\nb\t\u0000', 'color=a%0Ab%09%00'),
  at({}, 'love!', '%E2%9D%A4%EF%B8%8F=love%21', '❤️'),
  at({}, 'x', 'filter%5Bname%5D=x', 'filter[name]'),
  at({}, 'x', '%24filter=x', '$filter'),
  at({}, 'x', 'a%26b=x', 'a&b'),
  // Reserved expansion (RFC 6570, 3.2.3), but for what cannot stand in a query, and for `&`, which ends a pair.
  at({ allowReserved: true }, 'Hello World!', 'hello=Hello%20World!', 'hello'),
  at({ allowReserved: true }, '/foo/bar?x=1', 'path=/foo/bar?x=1', 'path'),
  at({ allowReserved: true }, 'a+b:c@d;e,f$(g)*', 'color=a+b:c@d;e,f$(g)*'),
  at({ allowReserved: true }, 'a&b#c[d]', 'color=a%26b%23c%5Bd%5D'),
  at({ allowReserved: true }, '50% %2B x^y', 'color=50%25%20%2B%20x%5Ey'),
  at({ allowReserved: true, explode: false }, ['a/b', 'c d'], 'color=a/b,c%20d'),
  at({ allowReserved: true }, 'ü', 'color=%C3%BC'),
  // `content`: OpenAPI, "Parameter Object Examples"
  at(
    { content: 'application/json' },
    { lat: 40.6, long: -73.9 },
    'coordinates=%7B%22lat%22%3A40.6%2C%22long%22%3A-73.9%7D',
    'coordinates',
  ),
  at({ content: 'application/json' }, [1, 'a'], 'color=%5B1%2C%22a%22%5D'),
  at({ content: 'application/json' }, null, 'color=null'),
  at({ content: 'text/plain' }, 'a=b', 'color=a%3Db'),
  at({ content: 'application/vnd.acme+json' }, { a: 'ü' }, 'color=%7B%22a%22%3A%22%C3%BC%22%7D'),
  // The whole query as one parameter (OpenAPI 3.2)
  one(
    'querystring',
    'metadata',
    { content: 'application/x-www-form-urlencoded' },
    { foo: 'a + b', bar: true },
    { line: 'GET /x?foo=a+%2B+b&bar=true' },
  ),
  one(
    'querystring',
    'json',
    { content: 'application/json' },
    { numbers: [1, 2], flag: null },
    {
      line: 'GET /x?%7B%22numbers%22%3A%5B1%2C2%5D%2C%22flag%22%3Anull%7D',
    },
  ),
  one(
    'querystring',
    'selector',
    { content: 'application/jsonpath', schema: { type: 'string' } },
    '$.a.b[1:1]',
    {
      line: 'GET /x?%24.a.b%5B1%3A1%5D',
    },
  ),
  {
    name: 'several parameters in the order of the definition, and one with a value that is sent unasked',
    operation: {
      parameters: [
        { name: 'a', in: 'query', value: 'fixed' },
        { name: 'b', in: 'query', schema: { type: 'integer', default: 7 } },
        { name: 'c', in: 'query' },
        { name: 'd', in: 'query', as: 'dee' },
      ],
    },
    input: { dee: 2, c: 1 },
    line: 'GET /x?a=fixed&c=1&d=2',
  },
  {
    name: 'a value that is sent unasked gives way to one that is given, and to null',
    operation: {
      parameters: [
        { name: 'a', in: 'query', value: 'fixed' },
        { name: 'b', in: 'query', value: 'fixed', schema: { type: ['string', 'null'] } },
      ],
    },
    input: { a: 'given', b: null },
    line: 'GET /x?a=given',
  },
];
