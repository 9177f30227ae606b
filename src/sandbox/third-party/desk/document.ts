/** The desk's own description: Swagger 2.0 in YAML, as APIs of that age have it. */

/** The document as a client at `host` is given it. */
export function deskDocument(host: string): string {
  return `# The desk's API. All lists are paged by startAt and maxResults.
swagger: "2.0"
info:
  title: Sandbox desk
  version: "2.4"
  description: A help desk that is not there.
host: ${host}
basePath: /third-party/desk/api
schemes: [http]
consumes: [application/json]
produces: [application/json]
securityDefinitions:
  key:
    type: apiKey
    in: header
    name: X-Desk-Key
security:
  - key: []
parameters:
  startAt:
    name: startAt
    in: query
    type: integer
    default: 0
  maxResults:
    name: maxResults
    in: query
    type: integer
    maximum: 25
    default: 10
  ticketKey:
    name: ticketKey
    in: path
    required: true
    type: string
    description: Key of the ticket, such as SUP-1.
responses:
  Refused:
    description: What is wrong
    schema: { $ref: "#/definitions/Refusal" }
paths:
  /myself:
    get:
      operationId: getMyself
      summary: Who the key belongs to
      tags: [Account]
      responses:
        200: { description: Done, schema: { $ref: "#/definitions/User" } }
        default: { $ref: "#/responses/Refused" }
  /projects:
    get:
      operationId: listProjects
      summary: List projects
      tags: [Projects]
      parameters:
        - $ref: "#/parameters/startAt"
        - $ref: "#/parameters/maxResults"
      responses:
        200: { description: Done, schema: { $ref: "#/definitions/ProjectPage" } }
        default: { $ref: "#/responses/Refused" }
  /projects/{projectKey}/issue-types:
    get:
      operationId: listIssueTypes
      summary: List the issue types of a project
      tags: [Projects]
      parameters:
        - { name: projectKey, in: path, required: true, type: string }
      responses:
        200:
          description: Done
          schema: { type: array, items: { $ref: "#/definitions/IssueType" } }
        default: { $ref: "#/responses/Refused" }
  /users/search:
    get:
      operationId: searchUsers
      summary: Find people by name or address
      tags: [Users]
      parameters:
        - { name: query, in: query, type: string, description: Part of a name or an address. }
        - $ref: "#/parameters/startAt"
        - $ref: "#/parameters/maxResults"
      responses:
        200: { description: Done, schema: { $ref: "#/definitions/UserPage" } }
        default: { $ref: "#/responses/Refused" }
  /tickets:
    get:
      operationId: listTickets
      summary: List tickets
      tags: [Tickets]
      parameters:
        - { name: project, in: query, type: string }
        - name: status
          in: query
          type: array
          items: { type: string, enum: [open, pending, solved] }
          collectionFormat: csv
        - name: label
          in: query
          type: array
          items: { type: string }
          collectionFormat: multi
        - $ref: "#/parameters/startAt"
        - $ref: "#/parameters/maxResults"
      responses:
        200: { description: Done, schema: { $ref: "#/definitions/TicketPage" } }
        default: { $ref: "#/responses/Refused" }
    post:
      operationId: createTicket
      summary: Create a ticket
      tags: [Tickets]
      parameters:
        - name: ticket
          in: body
          required: true
          schema:
            allOf:
              - $ref: "#/definitions/TicketChange"
              - type: object
                required: [project, issueType, summary]
                properties:
                  project: { type: string, description: Key of a project., example: SUP }
      responses:
        201: { description: Done, schema: { $ref: "#/definitions/Ticket" } }
        default: { $ref: "#/responses/Refused" }
  /tickets/{ticketKey}:
    parameters:
      - $ref: "#/parameters/ticketKey"
    get:
      operationId: getTicket
      summary: Get a ticket
      tags: [Tickets]
      responses:
        200: { description: Done, schema: { $ref: "#/definitions/Ticket" } }
        default: { $ref: "#/responses/Refused" }
    put:
      operationId: updateTicket
      summary: Update a ticket
      tags: [Tickets]
      parameters:
        - { name: ticket, in: body, required: true, schema: { $ref: "#/definitions/TicketChange" } }
      responses:
        200: { description: Done, schema: { $ref: "#/definitions/Ticket" } }
        default: { $ref: "#/responses/Refused" }
    delete:
      operationId: deleteTicket
      summary: Delete a ticket
      tags: [Tickets]
      responses:
        204: { description: Done }
        default: { $ref: "#/responses/Refused" }
  /tickets/{ticketKey}/status:
    parameters:
      - $ref: "#/parameters/ticketKey"
    post:
      operationId: moveTicket
      summary: Move a ticket to another status
      tags: [Tickets]
      consumes: [application/x-www-form-urlencoded]
      parameters:
        - { name: status, in: formData, required: true, type: string, enum: [open, pending, solved] }
      responses:
        200: { description: Done, schema: { $ref: "#/definitions/Ticket" } }
        default: { $ref: "#/responses/Refused" }
  /tickets/{ticketKey}/comments:
    parameters:
      - $ref: "#/parameters/ticketKey"
    post:
      operationId: addComment
      summary: Comment on a ticket
      tags: [Tickets]
      parameters:
        - name: comment
          in: body
          required: true
          schema: { type: object, required: [body], properties: { body: { type: string } } }
      responses:
        201: { description: Done, schema: { $ref: "#/definitions/Comment" } }
        default: { $ref: "#/responses/Refused" }
  /tickets/{ticketKey}/attachments:
    parameters:
      - $ref: "#/parameters/ticketKey"
    post:
      operationId: attachFile
      summary: Attach a file to a ticket
      tags: [Tickets]
      consumes: [multipart/form-data]
      parameters:
        - { name: file, in: formData, required: true, type: file }
      responses:
        201: { description: Done, schema: { $ref: "#/definitions/Attachment" } }
        default: { $ref: "#/responses/Refused" }
definitions:
  IssueType:
    type: object
    required: [id, name]
    properties: { id: { type: string }, name: { type: string } }
  Project:
    type: object
    required: [key, name]
    properties: { key: { type: string }, name: { type: string } }
  User:
    type: object
    required: [id, displayName]
    properties:
      id: { type: string }
      displayName: { type: string }
      email: { type: string, format: email }
      active: { type: boolean }
  Comment:
    type: object
    properties: { id: { type: integer }, author: { type: string }, body: { type: string } }
  Attachment:
    type: object
    properties:
      id: { type: integer }
      filename: { type: string }
      size: { type: integer }
      contentType: { type: string }
  TicketChange:
    type: object
    properties:
      issueType: { type: string, description: Id of an issue type of the project. }
      summary: { type: string, example: The projector is broken }
      description: { type: string }
      priority: { type: string, enum: [low, normal, high] }
      reporter: { type: string, format: email, x-nullable: true }
      assignee: { type: string, description: Id of an active user., x-nullable: true }
      labels: { type: array, items: { type: string } }
  Ticket:
    type: object
    required: [key, project, issueType, summary, status]
    properties:
      key: { type: string }
      project: { type: string }
      issueType: { type: string }
      summary: { type: string }
      description: { type: string }
      status: { type: string, enum: [open, pending, solved] }
      priority: { type: string }
      reporter: { type: string, x-nullable: true }
      assignee: { type: string, x-nullable: true }
      labels: { type: array, items: { type: string } }
      comments: { type: array, items: { $ref: "#/definitions/Comment" } }
      attachments: { type: array, items: { $ref: "#/definitions/Attachment" } }
      created: { type: string, format: date-time }
      updated: { type: string, format: date-time }
  Page:
    type: object
    required: [startAt, maxResults, total]
    properties:
      startAt: { type: integer }
      maxResults: { type: integer }
      total: { type: integer }
  ProjectPage:
    allOf:
      - $ref: "#/definitions/Page"
      - { type: object, properties: { values: { type: array, items: { $ref: "#/definitions/Project" } } } }
  UserPage:
    allOf:
      - $ref: "#/definitions/Page"
      - { type: object, properties: { values: { type: array, items: { $ref: "#/definitions/User" } } } }
  TicketPage:
    allOf:
      - $ref: "#/definitions/Page"
      - { type: object, properties: { values: { type: array, items: { $ref: "#/definitions/Ticket" } } } }
  Refusal:
    type: object
    properties:
      errorMessages: { type: array, items: { type: string } }
      errors: { type: object, additionalProperties: { type: string } }
`;
}
