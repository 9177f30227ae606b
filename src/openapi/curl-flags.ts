/** What of a cURL command line makes the request. */
export interface CurlRequest {
  url: string[];
  method?: string;
  headers: [string, string][];
  /** Parts of the body, in order. */
  data: { text: string; encode: boolean; json: boolean }[];
  form: { name: string; value: string; isFile: boolean; type?: string; filename?: string }[];
  get: boolean;
  head: boolean;
  user?: string;
  bearer?: string;
  cookie?: string;
  upload?: string;
  urlQuery: string[];
  digest: boolean;
  notes: string[];
}

/** Options without a value that change nothing about a request as data. */
const QUIET = new Set([
  '-s', '--silent', '-S', '--show-error', '-v', '--verbose', '-i', '--include', '-L', '--location', '-k', '--insecure', '-f', '--fail',
  '--compressed', '-#', '--progress-bar', '-N', '--no-buffer', '-g', '--globoff', '--http1.1', '--http2', '--http1.0', '--http3', '-4', '-6',
  '--ipv4', '--ipv6', '--fail-with-body', '--location-trusted', '--no-progress-meter', '--tcp-nodelay', '--path-as-is', '-q', '--disable', '-O',
  '--remote-name', '-J', '--remote-header-name', '--raw', '--no-keepalive', '-1', '--tlsv1', '--tlsv1.2', '--tlsv1.3', '--ssl', '--basic', '-Z', '--parallel',
]); // prettier-ignore
/** Options with a value that change nothing about a request as data. */
const QUIET_WITH_VALUE = new Set([
  '-o', '--output', '-w', '--write-out', '-m', '--max-time', '--connect-timeout', '--retry', '--retry-delay', '--retry-max-time', '-x', '--proxy',
  '--max-redirs', '-c', '--cookie-jar', '-D', '--dump-header', '--limit-rate', '--cacert', '--capath', '--resolve', '--interface', '--ciphers',
  '--stderr', '--trace', '--trace-ascii', '--proto', '--proto-default', '-U', '--proxy-user', '--keepalive-time', '--dns-servers', '--create-dirs', '--output-dir',
]); // prettier-ignore

type Take = (request: CurlRequest, value: string) => void;

const data =
  (encode: boolean, json = false, files = true): Take =>
  ({ data: parts, notes }, value) => {
    if (files && value.startsWith('@'))
      notes.push(`the file ${value.slice(1)} is not read: its content is an input`);
    else parts.push({ text: value, encode, json });
  };

const TAKES: Readonly<Record<string, Take>> = {
  '--url': ({ url }, value) => void url.push(value),
  '--request': (request, value) => void (request.method = value.toUpperCase()),
  '--header': ({ headers, notes }, value) => {
    const at = value.search(/[:;]/);
    if (value.startsWith('@')) notes.push(`the headers in the file ${value.slice(1)} are not read`);
    else if (at > 0) headers.push([value.slice(0, at).trim(), value.slice(at + 1).trim()]);
    else notes.push(`'${value}' is no header: expected a name, a colon and a value`);
  },
  '--data': data(false),
  '--data-ascii': data(false),
  '--data-binary': data(false),
  '--data-raw': data(false, false, false),
  '--data-urlencode': data(true),
  '--json': data(false, true),
  '--form': ({ form, notes }, value) => takeForm(form, notes, value, true),
  '--form-string': ({ form, notes }, value) => takeForm(form, notes, value, false),
  '--user': (request, value) => void (request.user = value),
  '--oauth2-bearer': (request, value) => void (request.bearer = value),
  '--cookie': (request, value) => void (request.cookie = value),
  '--user-agent': ({ headers }, value) => void headers.push(['User-Agent', value]),
  '--referer': ({ headers }, value) => void headers.push(['Referer', value]),
  '--upload-file': (request, value) => void (request.upload = value),
  '--url-query': ({ urlQuery }, value) => void urlQuery.push(value),
};
const SHORT: Readonly<Record<string, string>> = {
  '-X': '--request', '-H': '--header', '-d': '--data', '-F': '--form', '-u': '--user', '-b': '--cookie', '-A': '--user-agent',
  '-e': '--referer', '-T': '--upload-file',
}; // prettier-ignore

/** Reads the words behind `curl`. What is not known is named in `notes`. */
export function readFlags(words: readonly string[], notes: readonly string[]): CurlRequest {
  const request: CurlRequest = {
    url: [],
    headers: [],
    data: [],
    form: [],
    get: false,
    head: false,
    urlQuery: [],
    digest: false,
    notes: [...notes],
  };
  let rest = [...words];
  const value = (flag: string, glued: string): string => {
    if (glued !== '') return glued;
    const [next, ...more] = rest;
    if (next === undefined) request.notes.push(`${flag} has no value`);
    rest = more;
    return next ?? '';
  };
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      request.url.push(...rest);
      break;
    }
    if (!word.startsWith('-') || word === '-') request.url.push(word);
    else if (word.startsWith('--')) {
      const [flag = '', glued = ''] = word.split(/=(.*)/s, 2);
      long(request, flag, () => value(flag, glued));
    } else short(request, word.slice(1), value);
  }
  return request;
}

function long(request: CurlRequest, flag: string, value: () => string): void {
  const take = TAKES[flag];
  if (take) take(request, value());
  else if (flag === '--get') request.get = true;
  else if (flag === '--head') request.head = true;
  else if (flag === '--digest' || flag === '--ntlm' || flag === '--negotiate' || flag === '--aws-sigv4') {
    request.notes.push(`${flag} is not supported as a way to sign in`);
    if (flag === '--aws-sigv4') value();
  } else if (QUIET_WITH_VALUE.has(flag)) value();
  else if (!QUIET.has(flag)) request.notes.push(`${flag} is not known and was left out`);
}

/** Short options may stand together, and their value may follow at once: `-sSXPOST`. */
function short(request: CurlRequest, letters: string, value: (flag: string, glued: string) => string): void {
  for (const [i, letter] of letters.split('').entries()) {
    const flag = `-${letter}`;
    const glued = letters.slice(i + 1);
    const take = TAKES[SHORT[flag] ?? ''];
    if (take) {
      take(request, value(flag, glued));
      return;
    }
    if (flag === '-G') request.get = true;
    else if (flag === '-I') request.head = true;
    else if (QUIET_WITH_VALUE.has(flag)) {
      value(flag, glued);
      return;
    } else if (!QUIET.has(flag)) request.notes.push(`${flag} is not known and was left out`);
  }
}

function takeForm(form: CurlRequest['form'], notes: string[], value: string, files: boolean): void {
  const at = value.indexOf('=');
  if (at === -1) {
    notes.push(`'${value}' is no field of a form: expected name=value`);
    return;
  }
  const name = value.slice(0, at);
  const rest = value.slice(at + 1);
  if (!files || !/^[@<]/.test(rest)) {
    form.push({ name, value: rest.replace(/^"(.*)"$/s, '$1'), isFile: false });
    return;
  }
  const [path = '', ...settings] = rest.slice(1).split(';');
  const type = settings.find((one) => one.startsWith('type='))?.slice(5);
  form.push({ name, value: path, isFile: rest.startsWith('@'), ...(type === undefined ? {} : { type }) });
}
