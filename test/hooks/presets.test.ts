import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { PRESETS, type PresetName } from '../../src/core/known-triggers.ts';
import { sampleDelivery } from '../../src/core/sample-delivery.ts';
import { prove, type HeaderMap } from '../../src/core/signature.ts';
import type { Trigger } from '../../src/core/trigger.ts';
import { Webhook, type WebhookInput } from '../../src/openapi/definition-webhook.ts';
import { webhookTrigger } from '../../src/openapi/webhook-trigger.ts';

const NOW = 1_531_420_618_000;

function triggerOf(input: WebhookInput): Trigger {
  return webhookTrigger(Webhook.parse(input));
}

function preset(name: PresetName): Trigger {
  return triggerOf({ title: name, preset: name });
}

function proves(
  trigger: Trigger,
  secret: string,
  headers: HeaderMap,
  body: string,
  target?: string,
): boolean {
  return prove(trigger.verify, [secret], headers, Buffer.from(body), NOW, {
    method: 'POST',
    ...(target !== undefined && { target, url: `https://hooks.example.com${target}` }),
  }).ok;
}

describe('what each system documents is accepted', () => {
  test('Slack: the example of its documentation', () => {
    // https://docs.slack.dev/authentication/verifying-requests-from-slack
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    const headers = {
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    };
    assert.ok(proves(preset('slack'), '8f742231b10e8888abcd99yyyzzz85a5', headers, body));
    assert.ok(!proves(preset('slack'), '8f742231b10e8888abcd99yyyzzz85a5', headers, `${body}&x=1`));
  });

  test('GitHub: the test values of its documentation', () => {
    // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    const headers = { 'x-hub-signature-256': signature };
    assert.ok(proves(preset('github'), "It's a Secret to Everybody", headers, 'Hello, World!'));
  });

  test('Stripe: time and body, one of several signatures', () => {
    const body = '{"type":"charge.succeeded"}';
    const mac = createHmac('sha256', 'whsec_test').update(`1531420618.${body}`).digest('hex');
    const header = { 'stripe-signature': `t=1531420618,v1=${'0'.repeat(64)},v1=${mac},v0=old` };
    assert.ok(proves(preset('stripe'), 'whsec_test', header, body));
    const stale = { 'stripe-signature': header['stripe-signature'].replace('1531420618', '1531420000') };
    assert.ok(!proves(preset('stripe'), 'whsec_test', stale, body));
  });

  test('Standard Webhooks: what its own library signs', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const body = '{"type":"user.created"}';
    const signature = new StandardWebhook(secret).sign('msg_1', new Date(NOW), body);
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(NOW / 1000),
      'webhook-signature': signature,
    };
    assert.ok(proves(preset('standard-webhooks'), secret, headers, body));
    assert.ok(!proves(preset('standard-webhooks'), secret, { ...headers, 'webhook-id': 'msg_2' }, body));
  });

  test('Meta: the body signed with the secret of the app', () => {
    const body = '{"object":"whatsapp_business_account"}';
    const mac = createHmac('sha256', 'app-secret').update(body).digest('hex');
    assert.ok(proves(preset('meta'), 'app-secret', { 'x-hub-signature-256': `sha256=${mac}` }, body));
  });

  test('Microsoft Graph: every notification carries the state of its subscription', () => {
    const body = (...states: (string | undefined)[]) =>
      JSON.stringify({ value: states.map((clientState) => ({ changeType: 'created', clientState })) });
    const graph = preset('microsoft-graph');
    assert.ok(proves(graph, 'secretClientState', {}, body('secretClientState', 'secretClientState')));
    assert.ok(!proves(graph, 'secretClientState', {}, body('secretClientState', 'forged')));
    assert.ok(!proves(graph, 'secretClientState', {}, body('secretClientState', undefined)));
    for (const nothing of ['{"value":[]}', '{}', 'no JSON', '[]', 'null']) {
      assert.ok(!proves(graph, 'secretClientState', {}, nothing), nothing);
    }
  });

  test('Zoom: version, time and body', () => {
    const body = '{"event":"meeting.ended"}';
    const mac = createHmac('sha256', 'z').update(`v0:1531420618:${body}`).digest('hex');
    const headers = { 'x-zm-request-timestamp': '1531420618', 'x-zm-signature': `v0=${mac}` };
    assert.ok(proves(preset('zoom'), 'z', headers, body));
  });
});

test('each preset takes the sample that is made for it, and not one with another secret', () => {
  for (const name of Object.keys(PRESETS) as PresetName[]) {
    const trigger = preset(name);
    const secret = name === 'standard-webhooks' ? 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' : 'a-secret';
    const sent = sampleDelivery(trigger, {
      url: 'https://hooks.example.com/hooks/x',
      body: { test: true },
      event: 'a.test',
      secret,
      id: 'd1',
      now: NOW,
    });
    assert.ok(proves(trigger, secret, sent.headers, sent.body), name);
    const other = name === 'standard-webhooks' ? 'whsec_AAAA' : 'another';
    assert.ok(!proves(trigger, other, sent.headers, sent.body), name);
  }
});

/** Every way that the settings have, with the proof worked out by hand. */
const ways: [name: string, auth: WebhookInput['auth'], headers: HeaderMap, target?: string][] = [
  ['a plain value', { method: 'signature', key: 'x-token' }, { 'x-token': 'hush-hush' }],
  [
    'a prefix of the name, as in `x-zoom_signature`',
    { method: 'signature', key: 'zoom_signature', prefix: 'X-' },
    { 'x-zoom_signature': 'hush-hush' },
  ],
  [
    'a prefix of the value',
    { method: 'signature', key: 'Authorization', valuePrefix: 'Bearer ' },
    { authorization: 'Bearer hush-hush' },
  ],
  [
    'a plain value in base64',
    { method: 'signature', key: 'Authorization', valuePrefix: 'Basic ', encoding: 'base64' },
    { authorization: `Basic ${Buffer.from('hush-hush').toString('base64')}` },
  ],
  [
    'a value in the query',
    { method: 'signature', key: 'token', in: 'query' },
    {},
    '/hooks/x?token=hush-hush',
  ],
  ...(['sha1', 'sha256', 'sha384', 'sha512'] as const).flatMap((hash) =>
    (['hex', 'base64', 'base64url'] as const).map((encoding): (typeof ways)[number] => [
      `${hash} in ${encoding}`,
      { method: 'signature', key: 'X-Mac', hash, encoding },
      { 'x-mac': createHmac(hash, 'hush-hush').update('{"a":1}').digest(encoding) },
    ]),
  ),
  [
    'hexadecimal digits in capitals',
    { method: 'signature', key: 'X-Mac', hash: 'sha256' },
    { 'x-mac': createHmac('sha256', 'hush-hush').update('{"a":1}').digest('hex').toUpperCase() },
  ],
  [
    'our address, a header and the method, signed too',
    {
      method: 'signature',
      key: 'X-Mac',
      hash: 'sha1',
      encoding: 'base64',
      sign: '{method}:{url}:{header:X-Shop}:{body}',
    },
    {
      'x-shop': 'acme',
      'x-mac': createHmac('sha1', 'hush-hush')
        .update('POST:https://hooks.example.com/hooks/x?a=1:acme:{"a":1}')
        .digest('base64'),
    },
    '/hooks/x?a=1',
  ],
  [
    'a signature in the query',
    { method: 'signature', in: 'query', key: 'sig', hash: 'sha256' },
    {},
    `/hooks/x?sig=${createHmac('sha256', 'hush-hush').update('{"a":1}').digest('hex')}`,
  ],
];

describe('what settings can say', () => {
  for (const [name, auth, headers, target] of ways) {
    test(name, () => {
      const trigger = triggerOf({ title: 'Doors', ...(auth && { auth }) });
      assert.ok(proves(trigger, 'hush-hush', headers, '{"a":1}', target));
      assert.ok(!proves(trigger, 'hush-hushX', headers, '{"a":1}', target), 'another secret');
      assert.ok(!proves(trigger, 'hush-hush', {}, '{"a":1}', '/hooks/x'), 'nothing');
      assert.equal(prove(trigger.verify, [], headers, Buffer.from('{}'), NOW).ok, false, 'without a secret');
      assert.equal(prove(trigger.verify, [''], headers, Buffer.from('{}'), NOW).ok, false, 'an empty secret');
    });
  }

  test('two values where one is expected are none', () => {
    const trigger = triggerOf({ title: 'Doors', auth: { method: 'signature', key: 'token', in: 'query' } });
    assert.ok(!proves(trigger, 'a', {}, '{}', '/hooks/x?token=a&token=b'));
    assert.ok(!proves(trigger, 'a', {}, '{}', '/hooks/x?token=b&token=a'));
  });

  test('a new secret and the one before it both hold while it is replaced', () => {
    const { verify } = triggerOf({ title: 'Doors', auth: { method: 'signature', key: 'x-token' } });
    for (const [given, ok] of [
      ['new', true],
      ['old', true],
      ['older', false],
    ] as const) {
      assert.equal(prove(verify, ['new', 'old'], { 'x-token': given }, Buffer.from(''), NOW).ok, ok, given);
    }
  });
});

const refused: [input: unknown, message: RegExp][] = [
  [{ title: 'x' }, /auth: say how events prove themselves/],
  [
    { title: 'x', auth: { method: 'signature', key: 'k', hash: 'sha256', encoding: 'none' } },
    /expected hex, base64/,
  ],
  [
    { title: 'x', auth: { method: 'signature', key: 'k', hash: 'sha256', sign: 'always' } },
    /nothing of the request/,
  ],
  [
    { title: 'x', auth: { method: 'signature', key: 'k', hash: 'sha256', sign: '{time}{body}' } },
    /which header has it/,
  ],
  [
    { title: 'x', auth: { method: 'signature', key: 'k', hash: 'sha256', time: { header: 't' } } },
    /counts only when it is signed/,
  ],
  [{ title: 'x', auth: { method: 'signature', in: 'body', key: 'k', hash: 'sha1' } }, /would sign itself/],
  [{ title: 'x', kind: 'resthook', auth: { method: 'none' } }, /needs subscribe and unsubscribe/],
  [
    { title: 'x', auth: { method: 'none' }, validation: { method: 'GET', key: 'c', in: 'body' } },
    /a GET has no body/,
  ],
  [
    {
      title: 'x',
      preset: 'github',
      validation: { key: 'c', proven: false, response: { as: 'text', hash: 'sha256' } },
    },
    /whoever asks would be given signatures/,
  ],
  [{ title: 'x', preset: 'nobody' }, /preset/],
  [{ title: 'x', preset: 'github', sectet: 1 }, /sectet/],
];

test('settings that would open the door by mistake are refused, and say why', () => {
  for (const [input, message] of refused) {
    const { success, error } = Webhook.safeParse(input);
    assert.equal(success, false, JSON.stringify(input));
    const text =
      error?.issues.map(({ path, message: says }) => `${path.join('.')}: ${says}`).join('\n') ?? '';
    assert.match(text, message);
  }
});
