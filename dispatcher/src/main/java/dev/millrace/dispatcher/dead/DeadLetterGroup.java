package dev.millrace.dispatcher.dead;

import dev.millrace.contract.AttemptError;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.Status;

/**
 * Dead letters of one function that died of the same.
 *
 * @param function whose
 * @param reason the terminal status
 * @param error the error of the newest of them
 * @param count how many
 * @param oldest when the first of them died, epoch milliseconds
 * @param newest when the last of them died, epoch milliseconds
 * @param example the newest of them
 */
public record DeadLetterGroup(
        FunctionRef function,
        Status reason,
        AttemptError error,
        int count,
        long oldest,
        long newest,
        EventAddress example) {}
