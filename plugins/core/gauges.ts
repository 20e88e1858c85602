/** A value that only needs looking at when somebody asks: a cache's size, a store's fill. */
export interface Gauge {
  readonly name: string;
  readonly help: string;
  read(): number;
}

/** What the rooms of the core let metrics see; each room that owns a cache or a store adds its own. */
export const GAUGES: Gauge[] = [];

/** Values of one kind, each with the value of a label. Whoever reads them keeps their number small. */
export interface LabelledGauge {
  readonly name: string;
  readonly help: string;
  readonly label: string;
  read(): readonly (readonly [labelValue: string, value: number])[];
}

/** As GAUGES. */
export const LABELLED_GAUGES: LabelledGauge[] = [];
