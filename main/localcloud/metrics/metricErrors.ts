import { ApiError } from '../wire/ApiError.js';

// CloudWatch is query compatible: each error has its old code (queryCode) beside the shape's name.

export function invalidParameterValue(message: string): ApiError {
  return new ApiError({ code: 'InvalidParameterValueException', queryCode: 'InvalidParameterValue', message });
}

export function invalidParameterCombination(message: string): ApiError {
  return new ApiError({
    code: 'InvalidParameterCombinationException',
    queryCode: 'InvalidParameterCombination',
    message,
  });
}

export function missingParameter(message: string): ApiError {
  return new ApiError({ code: 'MissingRequiredParameterException', queryCode: 'MissingParameter', message });
}

export function validationError(message: string): ApiError {
  return new ApiError({ code: 'ValidationError', queryCode: 'ValidationError', message });
}

export function invalidNextToken(): ApiError {
  return new ApiError({
    code: 'InvalidNextToken',
    queryCode: 'InvalidParameterValue',
    message: 'The next token specified is invalid.',
  });
}
