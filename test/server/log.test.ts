import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectorError } from '../../src/core/errors.ts';
import { createRedactor } from '../../src/core/secret.ts';
import { jsonLog } from '../../src/server/log.ts';
import { Metrics } from '../../src/server/metrics.ts';

test('a line is one JSON object with time, level and fields, and without secrets', () => {
  const lines: string[] = [];
  const log = jsonLog((line) => lines.push(line))('info', createRedactor(['very-secret-value']));
  log('info', 'signed in', { token: 'very-secret-value', url: 'https://x/?access_token=abcdef', n: 3 });
  const error = new ConnectorError('no', { kind: 'auth', hint: 'Bearer abc.def.ghi' });
  log('error', 'failed', { error });
  log('verbose', 'not kept');
  assert.equal(log.enabled('debug'), false);
  assert.equal(log.enabled('warn'), true);
  const [first, second] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.equal(lines.length, 2);
  assert.deepEqual(
    [first?.['level'], first?.['message'], first?.['token'], first?.['n']],
    ['info', 'signed in', '[secret]', 3],
  );
  assert.match(String(first?.['time']), /^\d{4}-\d\d-\d\dT/);
  assert.deepEqual(second?.['error'], {
    kind: 'auth',
    message: 'no',
    hint: 'Bearer [secret]',
    retry: 'never',
  });
  assert.doesNotMatch(lines.join(''), /very-secret|abcdef|abc\.def/);
});

test('at silent nothing is written', () => {
  const lines: string[] = [];
  jsonLog((line) => lines.push(line))('silent', (text) => text)('error', 'x');
  assert.deepEqual(lines, []);
});

test('what stands in a label cannot make another line', () => {
  const metrics = new Metrics();
  metrics.add('a_total', 'Help.', { name: 'x"\n\\' }, 2);
  metrics.observe('b_seconds', 'Help.', {}, 0.02);
  const text = metrics.text();
  assert.match(text, /^a_total\{name="x\\"\\n\\\\"\} 2$/m);
  assert.match(text, /^b_seconds_bucket\{le="0.01"\} 0$/m);
  assert.match(text, /^b_seconds_bucket\{le="0.025"\} 1$/m);
  assert.match(text, /^b_seconds_count 1$/m);
});
