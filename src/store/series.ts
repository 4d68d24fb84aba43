/** What the spans of one stage of one run of one process have in common. */
export interface Series {
  readonly name: string;
  readonly kind: number;
  readonly stage: string | null;
  readonly service: string | null;
  readonly model_version: string | null;
  readonly run_id: string | null;
  /** JSON text of the resource's attributes. */
  readonly resource: string;
}
