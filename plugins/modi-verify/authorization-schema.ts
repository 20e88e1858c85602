import { array, boolean, record, string } from '../core/schema';

const rule = record({
  description: 'One rule. Without value, one_of, patterns and pattern it asks that the claim is there.',
  fields: {
    name: string({ description: 'What answers and logs call this rule; its place in the list when not set.' }),
    token: string({
      description:
        'The token whose claim it is. ID_AUTH: Authorization, also where it is a voucher. INTEGRITY: Agid-JWT-Signature. AUDIT: Agid-JWT-TrackingEvidence.',
      default: 'ID_AUTH',
      one_of: ['ID_AUTH', 'INTEGRITY', 'AUDIT'],
    }),
    claim: string({
      description:
        'The claim. A dot leads into an object (purpose.id), \\. is a dot of the name itself. Of a list, any element may fit.',
      required: true,
    }),
    value: string({ description: 'The only value that fits. Numbers and booleans are written as in JSON.' }),
    one_of: array({
      description: 'All values that fit.',
      len_min: 1,
      elements: string({ description: 'One value that fits.' }),
    }),
    patterns: array({
      description: 'Patterns of which the whole value must fit one.',
      len_min: 1,
      elements: string({ description: 'A text; * stands for any characters.' }),
    }),
    pattern: string({
      description:
        'A regular expression (ECMAScript) that the whole value must match. Repeated groups, back references, looking around, and more than three repetitions of no fixed length are refused: matching them can take for ever. Values of more than 256 characters, and those of a list after its first 2048 characters, do not fit.',
    }),
    optional: boolean({
      description: 'The rule also holds when the claim, or the token itself, is not there.',
      default: false,
    }),
  },
});

/** `authorization`: what the claims of the tokens must say. */
export const authorizationSchema = array({
  description: 'Rules on the claims of the verified tokens. All must hold, else 403 with the name of the rule.',
  len_min: 1,
  elements: rule,
});
