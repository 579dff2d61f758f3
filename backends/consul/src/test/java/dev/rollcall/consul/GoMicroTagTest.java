package dev.rollcall.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.consul.GoMicroTag.Budget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts in go-micro's tags. */
class GoMicroTagTest {
    private static final int ENOUGH = 1 << 20;

    /** The first two are in go-micro's own tests. */
    @ParameterizedTest
    @CsvSource({
        "latest, 789cca492c492d2e01040000ffff08cc028e",
        "1.0.0, 789c32d433d03300040000ffff02ce00ee",
        "'', 789c010000ffff00000001"
    })
    void isWhatGoWrites(String text, String tag) {
        assertThat(GoMicroTag.encode(text)).isEqualTo(tag);
        assertThat(GoMicroTag.decode(tag, new Budget(ENOUGH))).contains(text);
    }

    @Property(tries = 500)
    void everyTextComesBack(@ForAll @StringLength(max = 300) String text) {
        String wellFormed = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);

        assertThat(GoMicroTag.decode(GoMicroTag.encode(wellFormed), new Budget(ENOUGH)))
                .contains(wellFormed);
    }

    @Property(tries = 500)
    void whatOthersCompressedIsRead(@ForAll @StringLength(max = 300) String text, @ForAll boolean best) {
        String wellFormed = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        String hex = HexFormat.of()
                .formatHex(compressed(
                        wellFormed.getBytes(StandardCharsets.UTF_8),
                        best ? Deflater.BEST_COMPRESSION : Deflater.NO_COMPRESSION));

        assertThat(GoMicroTag.decode(hex, new Budget(ENOUGH))).contains(wellFormed);
    }

    @Property(tries = 2000)
    void anyBytesAreReadOrNot(@ForAll @Size(max = 100) byte[] garbage, @ForAll boolean framed) {
        String hex = (framed ? "789c" : "") + HexFormat.of().formatHex(garbage);

        assertThat(GoMicroTag.decode(hex, new Budget(ENOUGH)))
                .satisfiesAnyOf(
                        text -> assertThat(text).isEmpty(),
                        text -> assertThat(text.orElseThrow().length()).isLessThanOrEqualTo(ENOUGH));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7",
                "789",
                "xyz",
                "789c",
                "789cca492c49",
                "789cca492c492d2e01040000ffff08cc028f",
                "789c0123",
                "78bb00000001"
            })
    void whatIsCutOffOrWrongIsNone(String hex) {
        assertThat(GoMicroTag.decode(hex, new Budget(ENOUGH))).isEmpty();
    }

    @Test
    void manySmallBombsShareOneBudget() {
        String bomb = HexFormat.of().formatHex(compressed(new byte[600], Deflater.BEST_COMPRESSION));
        Budget budget = new Budget(1000);

        assertThat(GoMicroTag.decode(bomb, budget)).isPresent();
        assertThatThrownBy(() -> GoMicroTag.decode(bomb, budget))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("more than 1000 bytes");
    }

    @Test
    void aBombCostsNoMoreThanTheBudget() {
        byte[] bomb = compressed(new byte[50 << 20], Deflater.BEST_COMPRESSION);
        Budget budget = new Budget(ENOUGH);

        assertThatThrownBy(() -> GoMicroTag.decode(HexFormat.of().formatHex(bomb), budget))
                .hasMessageContaining("more than " + ENOUGH);
        assertThat(budget.taken()).isLessThan(ENOUGH + 10_000);
    }

    private static byte[] compressed(byte[] bytes, int level) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(level);
        try (DeflaterOutputStream zlib = new DeflaterOutputStream(out, deflater)) {
            zlib.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deflater.end();
        }
        return out.toByteArray();
    }
}
