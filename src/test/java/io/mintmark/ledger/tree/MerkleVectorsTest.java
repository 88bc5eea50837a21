package io.mintmark.ledger.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tree of the reference implementation of RFC 6962 (certificate-transparency). */
class MerkleVectorsTest {
  private static final List<String> LEAVES =
      List.of(
          "",
          "00",
          "10",
          "2021",
          "3031",
          "40414243",
          "5051525354555657",
          "606162636465666768696a6b6c6d6e6f");

  private final TreeHash hash = new TreeHash();

  private byte[] leaf(int index) {
    return hash.leaf(HexFormat.of().parseHex(LEAVES.get(index)));
  }

  @ParameterizedTest
  @CsvSource({
    "0,e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "1,6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "2,fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "3,aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "4,d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "5,4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "6,76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "7,ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "8,5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
  })
  void rootsAreThoseOfTheReference(int size, String root) throws Exception {
    RightEdge edge = new RightEdge();
    for (int i = 0; i < size; i++) {
      edge.add(hash, leaf(i));
    }
    assertThat(HexFormat.of().formatHex(edge.root(hash))).isEqualTo(root);
    assertThat(RightEdge.parse(size, edge.text()).root(hash)).isEqualTo(edge.root(hash));
    assertThat(edge.copy().size()).isEqualTo(size);
  }

  @Test
  void everyLeafOfEveryTreeHasAPathToTheRootAndNoOtherLeafHas() throws Exception {
    for (int size = 1; size <= LEAVES.size(); size++) {
      byte[] root = subtree(0, size);
      for (int index = 0; index < size; index++) {
        List<byte[]> path = new ArrayList<>();
        for (InclusionProof.Range range : InclusionProof.siblings(index, size)) {
          path.add(subtree((int) range.start(), (int) range.end()));
        }
        InclusionProof proof = new InclusionProof(index, path);
        assertThat(proof.root(hash, leaf(index), size)).isEqualTo(root);
        assertThat(proof.root(hash, leaf((index + 1) % 8), size)).isNotEqualTo(root);
        int past = size;
        assertThatThrownBy(() -> new InclusionProof(past, path).root(hash, leaf(0), past))
            .isInstanceOf(MalformedNote.class);
      }
    }
  }

  @Test
  void aPathOfAnotherLengthThanTheTreesIsRefused() {
    List<byte[]> path = List.of(leaf(1), leaf(2));
    for (int size : new int[] {1, 2, 5}) {
      assertThatThrownBy(() -> new InclusionProof(0, path).root(hash, leaf(0), size))
          .isInstanceOf(MalformedNote.class);
    }
    assertThatThrownBy(() -> InclusionProof.siblings(-1, 4))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anEdgeThatDoesNotFitItsSizeIsRefused() {
    RightEdge edge = new RightEdge();
    for (int i = 0; i < 3; i++) {
      edge.add(hash, leaf(i));
    }
    for (long size : new long[] {0, 2, 7}) {
      assertThatThrownBy(() -> RightEdge.parse(size, edge.text()))
          .isInstanceOf(MalformedNote.class);
    }
    assertThatThrownBy(() -> edge.add(hash, leaf(3), 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** RFC 6962 section 2.1, word by word. */
  private byte[] subtree(int start, int end) {
    if (end - start == 1) {
      return leaf(start);
    }
    int split = Integer.highestOneBit(end - start - 1);
    return hash.node(subtree(start, start + split), subtree(start + split, end));
  }

  /** Who gives a proof is not believed, so what is wrong with it is no bug of ours. */
  @Test
  void aProofOfALeafBehindTheTreeIsMalformed() {
    InclusionProof proof = new InclusionProof(3, List.of(leaf(0), leaf(1)));
    for (long size : new long[] {0, 1, 3}) {
      assertThatThrownBy(() -> proof.root(hash, leaf(2), size)).isInstanceOf(MalformedNote.class);
    }
  }

  @Test
  void aLeafThatIsNotInTheTreeHasNoPath() {
    for (long index : new long[] {-1, 4, 5}) {
      assertThatThrownBy(() -> InclusionProof.siblings(index, 4))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
