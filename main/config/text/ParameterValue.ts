/** A value of a parameter, of the type that its table says. */
export type ParameterValue = boolean | number | string | readonly string[];
