package dev.mlops.serving;

/**
 * What a router has counted since it was opened.
 *
 * @param requests questions asked
 * @param canary those assigned to a candidate under rollout
 * @param fallbacks answers that another than the assigned model gave
 * @param failures questions that nobody could answer; their exception reached the caller
 * @param notLogged predictions that the prediction log refused
 * @param labels labels given to {@link DeploymentRouter#feedback}
 * @param judgedLabels labels that met a prediction of a rollout; the others are in the prediction
 *     log only
 * @param bookkeepingFailures times that a function of the application (key, features, score) or the
 *     router's own records failed, without harm to the answer
 */
public record RouterCounts(
    long requests,
    long canary,
    long fallbacks,
    long failures,
    long notLogged,
    long labels,
    long judgedLabels,
    long bookkeepingFailures) {}
