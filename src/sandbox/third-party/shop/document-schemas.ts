/** The schemas of the shop's OpenAPI document. */
import { EVENTS } from './subscriptions.ts';

const text = { type: 'string' } as const;
const time = { type: 'string', format: 'date-time' } as const;
const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const page = (name: string) => ({
  type: 'object',
  required: ['data', 'has_more', 'next_cursor'],
  properties: {
    data: { type: 'array', items: reference(name) },
    has_more: { type: 'boolean' },
    next_cursor: { type: ['string', 'null'], description: 'Cursor of the next page; null on the last.' },
  },
});

const productInput = {
  sku: { ...text, examples: ['SKU-2001'] },
  name: { ...text, examples: ['Workshop ticket'] },
  description: { type: ['string', 'null'] },
  price: reference('Money'),
  status: { type: 'string', enum: ['active', 'draft', 'archived'] },
  tags: { type: 'array', items: text, uniqueItems: true },
  metadata: { type: 'object', additionalProperties: text, examples: [{ webinar: '95204914252' }] },
};

const customerInput = {
  email: { type: 'string', format: 'email', examples: ['ada@example.com'] },
  first_name: text,
  last_name: text,
  phone: { type: ['string', 'null'] },
  accepts_marketing: { type: 'boolean' },
};

/** By name. */
export const SCHEMAS = {
  Money: {
    type: 'object',
    required: ['amount', 'currency'],
    properties: {
      amount: { type: 'integer', description: 'In cents.', examples: [4900] },
      currency: { type: 'string', pattern: '^[A-Z]{3}$', examples: ['EUR'] },
    },
  },
  NewProduct: { type: 'object', required: ['sku', 'name', 'price'], properties: productInput },
  ProductChange: { type: 'object', properties: productInput },
  Product: {
    allOf: [
      reference('ProductChange'),
      {
        type: 'object',
        required: ['id', 'created_at'],
        properties: { id: text, created_at: time },
      },
    ],
  },
  Picture: {
    type: 'object',
    required: ['id', 'url'],
    properties: {
      id: text,
      product_id: text,
      alt: text,
      position: { type: 'integer' },
      filename: text,
      content_type: text,
      size: { type: 'integer' },
      url: { type: 'string', format: 'uri' },
    },
  },
  NewCustomer: { type: 'object', required: ['email'], properties: customerInput },
  CustomerChange: { type: 'object', properties: customerInput },
  Customer: {
    type: 'object',
    required: ['id', 'email'],
    properties: { id: text, ...customerInput, created_at: time },
  },
  NewOrder: {
    type: 'object',
    required: ['lines'],
    description: 'Give `email` or `customer_id`.',
    properties: {
      email: customerInput.email,
      customer_id: text,
      first_name: text,
      last_name: text,
      note: text,
      lines: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          required: ['product_id'],
          properties: {
            product_id: { ...text, examples: ['prod_1'] },
            quantity: { type: 'integer', minimum: 1, default: 1 },
          },
        },
      },
    },
  },
  Line: {
    type: 'object',
    properties: {
      product_id: text,
      sku: text,
      name: text,
      quantity: { type: 'integer' },
      price: reference('Money'),
      metadata: { type: 'object', additionalProperties: text },
    },
  },
  Order: {
    type: 'object',
    required: ['id', 'number', 'status', 'customer', 'lines', 'total'],
    properties: {
      id: text,
      number: { type: 'integer' },
      status: { type: 'string', enum: ['open', 'paid', 'cancelled'] },
      customer: reference('Customer'),
      lines: { type: 'array', items: reference('Line') },
      total: reference('Money'),
      total_formatted: { ...text, description: 'When `Shop-Locale` was given.' },
      note: text,
      cancel_reason: text,
      created_at: time,
    },
  },
  NewWebhook: {
    type: 'object',
    required: ['url', 'events'],
    properties: {
      url: { type: 'string', format: 'uri', examples: ['http://127.0.0.1:8787/hooks/abc'] },
      events: { type: 'array', minItems: 1, items: { type: 'string', enum: [...EVENTS] } },
      secret: {
        type: 'string',
        minLength: 8,
        description: 'Signs the events; made by the shop when left out.',
      },
    },
  },
  Webhook: {
    type: 'object',
    required: ['id', 'url', 'events', 'expires_at'],
    properties: {
      id: text,
      url: { type: 'string', format: 'uri' },
      events: { type: 'array', items: text },
      secret: { ...text, description: 'Told once, when the webhook is made.' },
      created_at: time,
      expires_at: { type: ['string', 'null'], format: 'date-time' },
    },
  },
  Me: {
    type: 'object',
    properties: { shop: text, user: { type: ['string', 'null'] }, scopes: { type: 'array', items: text } },
  },
  Problem: {
    type: 'object',
    required: ['code', 'status', 'detail'],
    properties: {
      type: text,
      code: text,
      status: { type: 'integer' },
      detail: text,
      errors: {
        type: 'array',
        items: { type: 'object', properties: { pointer: text, detail: text } },
      },
    },
  },
  ProductPage: page('Product'),
  CustomerPage: page('Customer'),
  OrderPage: page('Order'),
  WebhookPage: page('Webhook'),
};
