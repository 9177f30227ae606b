import type { DefinitionInput } from '../../src/openapi/definition.ts';

/** The shop of the sandbox, written by hand: what subscribing to its events takes. */
export function shopDefinition(env: Readonly<Record<string, string>>): DefinitionInput {
  const base = (env['SHOP_API_URL'] ?? '').replace(/\/v1$/, '');
  const id = { name: 'webhook_id', in: 'path' as const, required: true, schema: { type: 'string' } };
  const call = (method: 'GET' | 'POST' | 'DELETE', path: string, title: string) => ({ title, method, path });
  return {
    id: 'acme-shop',
    title: 'Acme shop',
    servers: { api: env['SHOP_API_URL'] ?? '' },
    auth: {
      kind: 'oauth2',
      grant: 'client_credentials',
      tokenUrl: `${base}/oauth/token`,
      clientId: 'client_id',
      clientSecret: 'client_secret',
    },
    errors: {
      message: 'detail',
      rules: [{ status: 404, kind: 'not-found' }],
    },
    actions: {
      webhooks: {
        create: {
          ...call('POST', '/webhooks', 'Subscribe'),
          parameters: [
            { name: 'url', in: 'body', required: true, schema: { type: 'string' } },
            {
              name: 'events',
              in: 'body',
              required: true,
              schema: { type: 'array', items: { type: 'string' } },
            },
            { name: 'secret', in: 'body', schema: { type: 'string' } },
          ],
        },
        list: {
          ...call('GET', '/webhooks', 'List subscriptions'),
          parameters: [{ name: 'cursor', in: 'query', schema: { type: 'string' } }],
          pages: { kind: 'token', items: 'data', token: 'next_cursor', param: 'cursor' },
        },
        delete: {
          ...call('DELETE', '/webhooks/{webhook_id}', 'Unsubscribe'),
          parameters: [{ ...id, name: 'webhook_id' }],
        },
        renew: {
          ...call('POST', '/webhooks/{webhook_id}/renew', 'Renew'),
          parameters: [{ ...id, name: 'webhook_id' }],
        },
      },
    },
    webhooks: {
      orders: {
        title: 'Orders of the shop',
        kind: 'resthook',
        auth: {
          method: 'signature',
          key: 'signature',
          prefix: 'Shop-',
          separator: ',',
          valuePrefix: 'v1=',
          hash: 'sha256',
          sign: '{time}.{body}',
          time: { header: 'Shop-Signature', prefix: 't=' },
        },
        validation: {
          key: 'challenge',
          when: { key: 'type', is: 'webhook.verification' },
          response: { as: 'json' },
        },
        event: { body: 'type' },
        delivery: { body: 'id' },
        events: ['order.created', 'order.cancelled'],
        subscription: {
          subscribe: {
            action: 'webhooks.create',
            input: { url: '{url}', events: '{events}', secret: '{secret}' },
          },
          id: '/id',
          expires: '/expires_at',
          unsubscribe: { action: 'webhooks.delete', input: { webhook_id: '{id}' } },
          renew: { action: 'webhooks.renew', input: { webhook_id: '{id}' } },
          list: { action: 'webhooks.list', id: '/id', url: '/url' },
        },
      },
    },
  };
}
