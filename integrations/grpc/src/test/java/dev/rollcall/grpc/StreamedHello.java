package dev.rollcall.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A stream on which one question follows the other. */
final class StreamedHello {
    private final BlockingQueue<String> answers;
    private final StreamObserver<String> questions;

    private StreamedHello(BlockingQueue<String> answers, StreamObserver<String> questions) {
        this.answers = answers;
        this.questions = questions;
    }

    static StreamedHello open(Channel channel) {
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        StreamObserver<String> questions = ClientCalls.asyncBidiStreamingCall(
                channel.newCall(Hello.STREAM, CallOptions.DEFAULT), new StreamObserver<>() {
                    @Override
                    public void onNext(String answer) {
                        answers.add(answer);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        answers.add(Status.fromThrowable(failure).toString());
                    }

                    @Override
                    public void onCompleted() {
                        answers.add("completed");
                    }
                });
        return new StreamedHello(answers, questions);
    }

    String ask() throws InterruptedException {
        questions.onNext("who?");
        return String.valueOf(answers.poll(20, TimeUnit.SECONDS));
    }

    String complete() throws InterruptedException {
        questions.onCompleted();
        return String.valueOf(answers.poll(20, TimeUnit.SECONDS));
    }
}
