import { parseDefinition } from '../../src/openapi/from-json.ts';
import type { Definition, DefinitionInput } from '../../src/openapi/definition.ts';

const order = {
  type: 'object',
  required: ['id'],
  properties: {
    id: { type: 'string' },
    state: { type: 'string', enum: ['open', 'paid'] },
    total: { type: 'number' },
  },
};

/** A small API with what tests change of it. */
export function shopDefinition(more: Partial<DefinitionInput> = {}): Definition {
  return parseDefinition({
    id: 'shop',
    title: 'Shop',
    servers: { api: 'https://shop.example.com/v1' },
    auth: { kind: 'api-key', in: 'header', name: 'X-Key', credential: 'key' },
    $defs: { Order: order },
    actions: {
      orders: {
        list: {
          title: 'List orders',
          method: 'GET',
          path: '/orders',
          parameters: [
            { name: 'state', in: 'query', schema: { type: 'string', enum: ['open', 'paid'] } },
            { name: 'limit', in: 'query', schema: { type: 'integer', maximum: 100 } },
          ],
          output: { type: 'array', items: { $ref: '#/$defs/Order' } },
        },
        get: {
          title: 'Get an order',
          method: 'GET',
          path: '/orders/{id}',
          parameters: [{ name: 'id', in: 'path', schema: { type: 'string' } }],
          output: { $ref: '#/$defs/Order' },
        },
        create: {
          title: 'Create an order',
          method: 'POST',
          path: '/orders',
          body: {
            required: true,
            spread: true,
            contents: [
              {
                type: 'application/json',
                schema: {
                  type: 'object',
                  required: ['project'],
                  properties: { project: { type: 'string' }, note: { type: 'string' } },
                },
              },
            ],
          },
          output: { $ref: '#/$defs/Order' },
        },
      },
      projects: {
        list: {
          title: 'List projects',
          method: 'GET',
          path: '/projects',
          output: {
            type: 'object',
            properties: {
              items: {
                type: 'array',
                items: { type: 'object', properties: { id: { type: 'string' }, name: { type: 'string' } } },
              },
            },
          },
        },
      },
    },
    ...more,
  });
}

/** The same definition with something done to a copy of it. */
export function changed(definition: Definition, change: (copy: Definition) => void): Definition {
  const copy = structuredClone(definition);
  change(copy);
  return parseDefinition(copy);
}
