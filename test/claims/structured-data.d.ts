/**
 * The validator and the extractor of structured data ship no types: these are what the test calls.
 */
declare module '@adobe/structured-data-validator' {
  export default class Validator {
    constructor(vocabulary: object);
    validate(
      extracted: object,
    ): Promise<{ severity: string; issueMessage: string; path: { type?: string }[]; fieldNames: string[] }[]>;
  }
}

declare module '@marbec/web-auto-extractor' {
  export default class WebAutoExtractor {
    constructor(options?: { addLocation?: boolean });
    parse(html: string): { jsonld: Record<string, object[]>; errors?: object[] };
  }
}
