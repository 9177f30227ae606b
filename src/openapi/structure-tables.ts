/**
 * What the objects of a document consist of. A member is `text`, `flag`, `number`, `list`, `object`, `any`, the name of
 * another object, a list `[Name]` or a map `{Name}` of them; `!` marks those that must be there.
 *
 * OpenAPI 3.0.4, 3.1.1 and 3.2.0 together: what came later is no mistake in an older document, as it is read the same.
 */
export type Table = Readonly<Record<string, Readonly<Record<string, string>>>>;

const SCHEMA = {
  title: 'text', description: 'text', type: 'any', format: 'text', enum: 'list', const: 'any', default: 'any',
  multipleOf: 'any', maximum: 'any', exclusiveMaximum: 'any', minimum: 'any', exclusiveMinimum: 'any', maxLength: 'any',
  minLength: 'any', pattern: 'any', maxItems: 'any', minItems: 'any', uniqueItems: 'flag', maxContains: 'any',
  minContains: 'any', contains: 'Schema', maxProperties: 'any', minProperties: 'any', required: 'any',
  dependentRequired: 'object', properties: '{Schema}', patternProperties: '{Schema}', dependentSchemas: '{Schema}',
  additionalProperties: 'Schema', propertyNames: 'Schema', items: 'Schema', prefixItems: '[Schema]',
  unevaluatedItems: 'Schema', unevaluatedProperties: 'Schema', allOf: '[Schema]', anyOf: '[Schema]', oneOf: '[Schema]',
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  not: 'Schema', if: 'Schema', then: 'Schema', else: 'Schema', contentEncoding: 'text', contentMediaType: 'text',
  contentSchema: 'Schema', nullable: 'flag', discriminator: 'any', readOnly: 'flag', writeOnly: 'flag', xml: 'object',
  externalDocs: 'object', example: 'any', examples: 'any', deprecated: 'flag', $defs: '{Schema}', $id: 'any',
  $schema: 'any', $anchor: 'any', $comment: 'any', $ref: 'any', $dynamicRef: 'any', $dynamicAnchor: 'any',
  $vocabulary: 'any', definitions: '{Schema}', id: 'any',
}; // prettier-ignore

const INFO = { title: 'text!', summary: 'text', description: 'text', termsOfService: 'text', contact: 'object', license: 'object', version: 'any!' }; // prettier-ignore
const TAG = {
  name: 'text!',
  summary: 'text',
  description: 'text',
  externalDocs: 'object',
  parent: 'text',
  kind: 'text',
};

export const OPENAPI_3: Table = {
  Document: {
    openapi: 'any!', info: 'Info!', servers: '[Server]', paths: '{PathItem}', components: 'Components', security: '[object]',
    tags: '[Tag]', externalDocs: 'object', webhooks: '{PathItem}', jsonSchemaDialect: 'text', $self: 'text',
  },
  Info: INFO,
  Tag: TAG,
  Server: { url: 'text!', name: 'text', description: 'text', variables: '{ServerVariable}' },
  ServerVariable: { enum: 'list', default: 'any', description: 'text' },
  Components: {
    schemas: '{Schema}', responses: '{Response}', parameters: '{Parameter}', examples: '{object}', requestBodies: '{RequestBody}',
    headers: '{Header}', securitySchemes: '{object}', links: '{object}', callbacks: '{object}', pathItems: '{PathItem}', mediaTypes: '{MediaType}',
  },
  PathItem: {
    $ref: 'text', summary: 'text', description: 'text', servers: '[Server]', parameters: '[Parameter]', get: 'Operation', put: 'Operation',
    post: 'Operation', delete: 'Operation', options: 'Operation', head: 'Operation', patch: 'Operation', trace: 'Operation',
    query: 'Operation', additionalOperations: '{Operation}',
  },
  Operation: {
    tags: 'list', summary: 'text', description: 'text', externalDocs: 'object', operationId: 'text', parameters: '[Parameter]',
    requestBody: 'RequestBody', responses: 'Responses', callbacks: '{object}', deprecated: 'flag', security: '[object]', servers: '[Server]',
  },
  Parameter: {
    name: 'text!', in: 'text!', description: 'text', required: 'flag', deprecated: 'flag', allowEmptyValue: 'flag', style: 'text',
    explode: 'flag', allowReserved: 'flag', schema: 'Schema', example: 'any', examples: 'object', content: '{MediaType}',
  },
  Header: {
    description: 'text', required: 'flag', deprecated: 'flag', allowEmptyValue: 'flag', style: 'text', explode: 'flag',
    allowReserved: 'flag', schema: 'Schema', example: 'any', examples: 'object', content: '{MediaType}',
  },
  RequestBody: { description: 'text', content: '{MediaType}!', required: 'flag' },
  MediaType: {
    schema: 'Schema', itemSchema: 'Schema', example: 'any', examples: 'object', encoding: '{object}', prefixEncoding: 'list',
    itemEncoding: 'object', description: 'text',
  },
  Responses: { '*': 'Response' },
  Response: { summary: 'text', description: 'text', headers: '{Header}', content: '{MediaType}', links: '{object}' },
  Schema: SCHEMA,
}; // prettier-ignore

/** Swagger 2.0. */
export const SWAGGER_2: Table = {
  Document: {
    swagger: 'any!', info: 'Info!', host: 'text', basePath: 'text', schemes: 'list', consumes: 'list', produces: 'list',
    paths: '{PathItem}!', definitions: '{Schema}', parameters: '{Parameter}', responses: '{Response}',
    securityDefinitions: '{object}', security: '[object]', tags: '[Tag]', externalDocs: 'object',
  },
  Info: INFO,
  Tag: TAG,
  PathItem: {
    $ref: 'text', get: 'Operation', put: 'Operation', post: 'Operation', delete: 'Operation', options: 'Operation',
    head: 'Operation', patch: 'Operation', parameters: '[Parameter]',
  },
  Operation: {
    tags: 'list', summary: 'text', description: 'text', externalDocs: 'object', operationId: 'text', consumes: 'list',
    produces: 'list', parameters: '[Parameter]', responses: 'Responses', schemes: 'list', deprecated: 'flag', security: '[object]',
  },
  Parameter: {
    ...SCHEMA, name: 'text!', in: 'text!', required: 'flag', schema: 'Schema', allowEmptyValue: 'flag', collectionFormat: 'text',
  },
  Responses: { '*': 'Response' },
  Response: { description: 'text', schema: 'Schema', headers: 'object', examples: 'object' },
  Schema: SCHEMA,
}; // prettier-ignore
