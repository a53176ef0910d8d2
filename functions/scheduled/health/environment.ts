/** What the template tells the function. */
export interface Environment {
  /** Name of the bucket, by region. */
  readonly buckets: Readonly<Record<string, string>>;
  readonly storeArn: string;
}

/** @throws {Error} for a variable that is missing, or that is not JSON. */
export function environment({ BUCKETS, STORE_ARN }: NodeJS.ProcessEnv): Environment {
  if (BUCKETS === undefined || STORE_ARN === undefined) {
    throw new Error('environment: expected BUCKETS and STORE_ARN, got one of them or none');
  }
  return { buckets: JSON.parse(BUCKETS), storeArn: STORE_ARN };
}
