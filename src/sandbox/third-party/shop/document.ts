/** The shop's own OpenAPI document, which says neither more nor less than the simulator does. */
import { SCHEMAS } from './document-schemas.ts';
import { SCOPES } from './oauth.ts';

type Part = Readonly<Record<string, unknown>>;

const json = (name: string): Part => ({
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
});
const parameter = (name: string): Part => ({ $ref: `#/components/parameters/${name}` });
const query = (name: string, schema: Part, more: Part = {}): Part => ({ name, in: 'query', schema, ...more });
const inPath = (name: string): Part => ({ name, in: 'path', required: true, schema: { type: 'string' } });
const texts = { type: 'array', items: { type: 'string' } };
const PAGED = [parameter('limit'), parameter('cursor')];

interface Operation {
  id: string;
  summary: string;
  tag: string;
  scope?: string;
  parameters?: readonly Part[];
  body?: Part;
  optional?: boolean;
  /** Name of the schema of a good answer; none: no content. */
  answer?: string;
  /** Of a good answer. */
  status?: number;
  /** The answer when it is not JSON. */
  content?: Part;
}

function operation({ id, summary, tag, scope, parameters, body, optional, ...good }: Operation): Part {
  const status = good.status ?? (good.answer === undefined && good.content === undefined ? 204 : 200);
  const answer = good.content ?? (good.answer === undefined ? {} : json(good.answer));
  return {
    operationId: id,
    summary,
    tags: [tag],
    ...(scope === undefined ? {} : { security: [{ oauth: [scope] }] }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: optional !== true, ...body } }),
    responses: {
      [status]: { description: 'Done', ...answer },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

const picture: Part = {
  content: {
    'multipart/form-data': {
      schema: {
        type: 'object',
        required: ['file'],
        properties: {
          file: { type: 'string', format: 'binary' },
          alt: { type: 'string' },
          position: { type: 'integer', minimum: 1 },
        },
      },
      encoding: { file: { contentType: 'image/png, image/jpeg' } },
    },
  },
};

const filter = query(
  'filter',
  {
    type: 'object',
    properties: { status: { type: 'string' }, min_price: { type: 'integer', description: 'In cents.' } },
  },
  { style: 'deepObject', explode: true },
);

const PATHS = {
  '/me': {
    get: operation({ id: 'getMe', summary: 'Who is signed in', tag: 'Account', answer: 'Me' }),
  },
  '/products': {
    get: operation({
      id: 'listProducts',
      summary: 'List products',
      tag: 'Products',
      scope: 'products:read',
      parameters: [
        ...PAGED,
        query('ids', texts, { style: 'form', explode: false, description: 'Only these.' }),
        query('tag', texts, { description: 'Products with all of these tags.' }),
        filter,
      ],
      answer: 'ProductPage',
    }),
    post: operation({
      id: 'createProduct',
      summary: 'Create a product',
      tag: 'Products',
      scope: 'products:write',
      body: json('NewProduct'),
      answer: 'Product',
      status: 201,
    }),
  },
  '/products/{productId}': {
    parameters: [inPath('productId')],
    get: operation({
      id: 'getProduct',
      summary: 'Get a product',
      tag: 'Products',
      scope: 'products:read',
      answer: 'Product',
    }),
    patch: operation({
      id: 'updateProduct',
      summary: 'Update a product',
      tag: 'Products',
      scope: 'products:write',
      body: json('ProductChange'),
      answer: 'Product',
    }),
    delete: operation({
      id: 'deleteProduct',
      summary: 'Delete a product',
      tag: 'Products',
      scope: 'products:write',
    }),
  },
  '/products/{productId}/images': {
    parameters: [inPath('productId')],
    post: operation({
      id: 'uploadImage',
      summary: 'Upload a picture of a product',
      tag: 'Products',
      scope: 'products:write',
      body: picture,
      answer: 'Picture',
      status: 201,
    }),
  },
  '/products/{productId}/images/{imageId}': {
    parameters: [inPath('productId'), inPath('imageId')],
    get: operation({
      id: 'downloadImage',
      summary: 'Download a picture',
      tag: 'Products',
      scope: 'products:read',
      content: { content: { 'image/*': { schema: { type: 'string', format: 'binary' } } } },
    }),
  },
  '/customers': {
    get: operation({
      id: 'listCustomers',
      summary: 'List customers',
      tag: 'Customers',
      scope: 'customers:read',
      parameters: [...PAGED, query('email', { type: 'string', format: 'email' })],
      answer: 'CustomerPage',
    }),
    post: operation({
      id: 'createCustomer',
      summary: 'Create a customer',
      tag: 'Customers',
      scope: 'customers:write',
      body: json('NewCustomer'),
      answer: 'Customer',
      status: 201,
    }),
  },
  '/customers/{customerId}': {
    parameters: [inPath('customerId')],
    get: operation({
      id: 'getCustomer',
      summary: 'Get a customer',
      tag: 'Customers',
      scope: 'customers:read',
      answer: 'Customer',
    }),
    patch: operation({
      id: 'updateCustomer',
      summary: 'Update a customer',
      tag: 'Customers',
      scope: 'customers:write',
      body: json('CustomerChange'),
      answer: 'Customer',
    }),
  },
  '/orders': {
    get: operation({
      id: 'listOrders',
      summary: 'List orders',
      tag: 'Orders',
      scope: 'orders:read',
      parameters: [
        ...PAGED,
        query('status', { type: 'array', items: { type: 'string', enum: ['open', 'paid', 'cancelled'] } }),
        query('created_after', { type: 'string', format: 'date-time' }),
        query('customer_id', { type: 'string' }),
      ],
      answer: 'OrderPage',
    }),
    post: operation({
      id: 'createOrder',
      summary: 'Create an order',
      tag: 'Orders',
      scope: 'orders:write',
      parameters: [
        {
          name: 'Idempotency-Key',
          in: 'header',
          schema: { type: 'string' },
          description: 'Makes a second try safe.',
        },
      ],
      body: json('NewOrder'),
      answer: 'Order',
      status: 201,
    }),
  },
  '/orders/{orderId}': {
    parameters: [inPath('orderId')],
    get: operation({
      id: 'getOrder',
      summary: 'Get an order',
      tag: 'Orders',
      scope: 'orders:read',
      parameters: [
        {
          name: 'Shop-Locale',
          in: 'header',
          schema: { type: 'string', examples: ['de-CH'] },
          description: 'Adds the total as people there write it.',
        },
      ],
      answer: 'Order',
    }),
  },
  '/orders/{orderId}/cancel': {
    parameters: [inPath('orderId')],
    post: operation({
      id: 'cancelOrder',
      summary: 'Cancel an order',
      tag: 'Orders',
      scope: 'orders:write',
      body: {
        content: {
          'application/json': { schema: { type: 'object', properties: { reason: { type: 'string' } } } },
        },
      },
      optional: true,
      answer: 'Order',
    }),
  },
  '/webhooks': {
    get: operation({
      id: 'listWebhooks',
      summary: 'List webhooks',
      tag: 'Webhooks',
      scope: 'webhooks:manage',
      parameters: PAGED,
      answer: 'WebhookPage',
    }),
    post: operation({
      id: 'createWebhook',
      summary: 'Subscribe to events',
      tag: 'Webhooks',
      scope: 'webhooks:manage',
      body: json('NewWebhook'),
      answer: 'Webhook',
      status: 201,
    }),
  },
  '/webhooks/{webhookId}': {
    parameters: [inPath('webhookId')],
    get: operation({
      id: 'getWebhook',
      summary: 'Get a webhook',
      tag: 'Webhooks',
      scope: 'webhooks:manage',
      answer: 'Webhook',
    }),
    delete: operation({
      id: 'deleteWebhook',
      summary: 'Unsubscribe',
      tag: 'Webhooks',
      scope: 'webhooks:manage',
    }),
  },
  '/webhooks/{webhookId}/renew': {
    parameters: [inPath('webhookId')],
    post: operation({
      id: 'renewWebhook',
      summary: 'Let a webhook live longer',
      tag: 'Webhooks',
      scope: 'webhooks:manage',
      answer: 'Webhook',
    }),
  },
};

/** The document as a client at `base` is given it. */
export function shopDocument(base: string): unknown {
  const scopes = Object.fromEntries(SCOPES.map((scope) => [scope, scope.split(':').toReversed().join(' ')]));
  const tokenUrl = `${base}/oauth/token`;
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sandbox shop',
      version: '1.0.0',
      description: 'A shop that is not there: products, customers, orders.',
    },
    servers: [{ url: `${base}/v1` }],
    security: [{ oauth: [] }],
    paths: PATHS,
    components: {
      securitySchemes: {
        oauth: {
          type: 'oauth2',
          flows: {
            clientCredentials: { tokenUrl, scopes },
            authorizationCode: {
              authorizationUrl: `${base}/oauth/authorize`,
              tokenUrl,
              refreshUrl: tokenUrl,
              scopes,
            },
          },
        },
      },
      parameters: {
        limit: query('limit', { type: 'integer', minimum: 1, maximum: 50, default: 20 }),
        cursor: query('cursor', { type: 'string' }, { description: 'The `next_cursor` of the page before.' }),
      },
      responses: {
        Problem: {
          description: 'What is wrong',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      schemas: SCHEMAS,
    },
  };
}
