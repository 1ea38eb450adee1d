import { ApiError } from '../wire/ApiError.js';

/** InvalidParameterException (400): AWS CloudWatch Logs common to all operations. */
export function invalidParameter(message: string): ApiError {
  return new ApiError({ code: 'InvalidParameterException', message });
}

/** The words in which AWS reports a broken constraint of a member. */
export function constraintViolation(path: string, value: string, constraint: string): ApiError {
  return invalidParameter(
    `1 validation error detected: Value '${value.slice(0, 128)}' at '${path}' failed to satisfy constraint: ` +
      `Member must ${constraint}`,
  );
}

export function missingMember(path: string): ApiError {
  return invalidParameter(
    `1 validation error detected: Value null at '${path}' failed to satisfy constraint: Member must not be null`,
  );
}

export function resourceNotFound(message: string): ApiError {
  return new ApiError({ code: 'ResourceNotFoundException', message });
}

export function resourceAlreadyExists(message: string): ApiError {
  return new ApiError({ code: 'ResourceAlreadyExistsException', message });
}
