import { z } from 'zod';
import { country, text } from './shapes.ts';

/** What a person may fill in when registering; meetings and webinars ask the same. */
export const registrantFields = {
  first_name: z.string().min(1).max(64).describe('First name, such as Ada.'),
  last_name: z.string().max(64).optional().describe('Last name, such as Lovelace.'),
  email: z.email().max(128).describe('E-mail address, such as ada@example.com.'),
  address: text('Street and house number.'),
  city: text('City, such as London.'),
  state: text('State or province.'),
  zip: text('Postal code.'),
  country: country.optional().describe('Country code of two letters, such as GB.'),
  phone: text('Phone number, such as +44 20 7946 0000.'),
  comments: text('Questions and comments of the person.'),
  custom_questions: z
    .array(
      z.strictObject({
        title: z.string().describe('Title of the question, letter by letter as in the registration form.'),
        value: z.string().max(128).describe('Answer, at most 128 characters.'),
      }),
    )
    .optional()
    .describe('Answers to the questions that the host added; `meetings.registrationQuestions` lists them.'),
  industry: text('Industry, such as Education.'),
  job_title: text('Job title, such as Analyst.'),
  // Zoom answers other ranges than it takes: 101-250, 251-500, 501-1,000 (Zoom FACTS G 12).
  no_of_employees: z
    .enum([
      '1-20',
      '21-50',
      '51-100',
      '101-500',
      '500-1,000',
      '1,001-5,000',
      '5,001-10,000',
      'More than 10,000',
    ])
    .optional()
    .describe('Number of employees, as one of these ranges.'),
  org: text('Organisation, such as Analytical Engines Ltd.'),
  purchasing_time_frame: z
    .enum(['Within a month', '1-3 months', '4-6 months', 'More than 6 months', 'No timeframe'])
    .optional()
    .describe('When the person means to buy.'),
  role_in_purchase_process: z
    .enum(['Decision Maker', 'Evaluator/Recommender', 'Influencer', 'Not involved'])
    .optional()
    .describe('Part that the person has in buying.'),
  // Two of them are codes of nowhere else: jp-JP and Tr-TR.
  language: z
    .enum([
      'en-US',
      'de-DE',
      'es-ES',
      'fr-FR',
      'jp-JP',
      'pt-PT',
      'ru-RU',
      'zh-CN',
      'zh-TW',
      'ko-KO',
      'it-IT',
      'vi-VN',
      'pl-PL',
      'Tr-TR',
    ])
    .optional()
    .describe('Language of the confirmation mail.'),
};

export const occurrenceIds = z
  .string()
  .regex(/^\d+(,\d+)*$/, 'expected ids with commas between them, such as 1648194360000,1648280760000')
  .optional()
  .describe('Occurrences to register for, with commas between them, such as 1648194360000,1648280760000.');

/** What is done with registrations, and whose. */
export const statusFields = {
  action: z
    .enum(['approve', 'cancel', 'deny'])
    .describe('`approve` lets them in, `deny` does not, `cancel` takes an approval back.'),
  registrants: z
    .array(
      z
        .strictObject({
          id: text('Id of the registrant.'),
          email: z.email().optional().describe('Address that the person registered with.'),
        })
        .refine(({ id, email }) => id !== undefined || email !== undefined, {
          error: 'give `id` or `email`',
        }),
    )
    .min(1)
    .max(30)
    .describe('The people, at most 30, each by `id`, `email` or both.'),
};

/** Zoom's answer to a registration. */
export const Registration = z.looseObject({
  registrant_id: z.string(),
  topic: z.string().optional(),
  start_time: z.string().optional(),
  join_url: z.string().optional().describe("The person's own link; absent until the host has approved."),
  occurrences: z.array(z.looseObject({ occurrence_id: z.string() })).optional(),
});
